#compdef gateway
# zsh completion for gateway. Once, in ~/.zshrc, after compinit:
#     eval "$(gateway completion zsh)"
# or into a folder of $fpath: gateway completion zsh > ~/.zfunc/_gateway

_gateway() {
  local -a lines values shown
  local mode line
  lines=("${(@f)$("$words[1]" __complete words "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" </dev/null 2>/dev/null)}")
  mode=$lines[1]
  if [[ $mode == files ]]; then
    compset -P '--*='
    _files
    return
  fi
  for line in "${(@)lines[2,-1]}"; do
    [[ -n $line ]] || continue
    values+=("${line%%$'\t'*}")
    shown+=("${line/$'\t'/  -- }")
  done
  (( $#values )) || return 1
  if [[ $mode == open ]]; then
    compadd -S '' -l -d shown -a values
  else
    compadd -l -d shown -a values
  fi
}

if [[ $funcstack[1] == _gateway ]]; then _gateway "$@"; else compdef _gateway gateway; fi
