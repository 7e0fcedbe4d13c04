# fish completion for gateway. Once:
#     gateway completion fish > ~/.config/fish/completions/gateway.fish

function __gateway_complete
    set -l before (commandline -opc)
    # As it would be without the quotes and backslashes that it has so far.
    set -l current (commandline -ct | string replace -r '^["\']' '' | string replace -ra '\\\\(.)' '$1')
    set -l lines ($before[1] __complete words $before[2..-1] "$current" </dev/null 2>/dev/null)
    if test "$lines[1]" = files
        set -l option (string match -r '^--[^=]*=' -- "$current")
        for path in (__fish_complete_path (string replace -r '^--[^=]*=' '' -- "$current"))
            echo "$option$path"
        end
    else
        printf '%s\n' $lines[2..-1]
    end
end

complete -c gateway -f -a '(__gateway_complete)'
