export default test =>
  /^test\/(integration\/|layers|docs)/.test(test) ? null : test.replace(/^test/, 'src')
