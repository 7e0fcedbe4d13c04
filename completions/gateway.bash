# bash completion for gateway. Once, in ~/.bashrc:
#     eval "$(gateway completion bash)"
# or for all users: gateway completion bash > /usr/share/bash-completion/completions/gateway
#
# What is typed goes to the gateway as it stands: bash has already taken it apart at every colon and equals sign, and the
# names of models are full of them.

_gateway() {
  local program=${COMP_WORDS[0]} mode='' line
  type -P -- "$program" >/dev/null || program=gateway
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $mode ]]; then mode=$line; else COMPREPLY+=("$line"); fi
  done < <("$program" __complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" </dev/null 2>/dev/null)
  case $mode in
    files)
      # Without compopt (bash 3.2, as on macOS) names with spaces are not quoted.
      compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
      ;;
    open) compopt -o nospace 2>/dev/null ;;
  esac
}

complete -F _gateway gateway
