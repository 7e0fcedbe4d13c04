/**
 * For the environment of a process that serves. node looks names up in half of its threads, which are four unless it is told
 * otherwise: two names whose name server is silent would be enough to hold up all others.
 */
export const threads = { UV_THREADPOOL_SIZE: '16' }
