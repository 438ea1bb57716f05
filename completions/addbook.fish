# SPDX-License-Identifier: MIT
# Completion in fish for addbook, addbook-serve, addbook-query, addbook-from-mail and ni-format: verbs, options,
# formats, labels, books, addresses, and the names in a book. The text of a book is only ever data here: what is
# offered, fish quotes for the line.

# The words before the cursor from the verb on, each ended by NUL; nothing while there is no verb.
function __addbook_words
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case -b --book -c --connect -s --server
                set -e words[1]
            case --
                set -e words[1]
                break
            case '-*'
            case '*'
                break
        end
        set -e words[1]
    end
    test -z "$words[1]"; or printf '%s\0' $words
end

# Whether there is a verb, and it is one of these.
function __addbook_verb
    set -l words (__addbook_words | string split0)
    contains -- "$words[1]" $argv
end

function __addbook_no_verb
    __addbook_verb ''
end

# Whether the word at the cursor is an argument of one of the verbs $argv[2..]: the first, a later one (`rest`), or any.
function __addbook_argument
    set -l words (__addbook_words | string split0)
    contains -- "$words[1]" $argv[2..]; or return
    set -l ended
    set -l count 0
    set -e words[1]
    while set -q words[1]
        switch "$ended$words[1]"
            case -f --format -F --field -n --limit --date -0f -0F -0n
                set -e words[1]
                set -q words[1]; or return 1 # the cursor is where the option has its value
            case --
                set ended yes
            case -
                set count (math $count + 1)
            case '-*'
            case '*'
                set count (math $count + 1)
        end
        set -e words[1]
    end
    switch $argv[1]
        case first
            test $count -eq 0
        case rest
            test $count -gt 0
    end
end

# The names that begin with the word at the cursor, from the book or the server that the line names, or else the usual
# one; none where a command would have to be run for it, or a missing book be made. Those with a `-` in front are
# offered only after `--`.
function __addbook_names
    set -l words (commandline -opc)
    set -e words[1]
    set -l from
    set -l ended (contains -- -- $words; and echo yes)
    while set -q words[1]
        switch $words[1]
            case -b --book
                set from -b $words[2]
                set -e words[1]
            case -c --connect
                set from -c $words[2]
                set -e words[1]
            case '-s*' --server '--server=*'
                return
            case '--book=*' '--connect=*'
                set from (string replace -r '^-(-.)[a-z]*=' '$1 ' -- $words[1] | string split -m 1 ' ')
            case '-b*' '-c*'
                set from (string sub -l 2 -- $words[1]) (string sub -s 3 -- $words[1])
            case '-*'
            case '*'
                break
        end
        set -e words[1]
    end
    # What is not exported, addbook does not see.
    for name in ADDBOOK_CONNECT ADDBOOK_BOOK XDG_DATA_HOME
        set -qx $name; or set -f $name ''
    end
    set -q from[2]; and set from[2] (string replace -r '^~/' "$HOME/" -- $from[2])
    if not string match -q -- -c "$from[1]"; and begin
            set -q from[2]; or test -z "$ADDBOOK_CONNECT"
        end
        set -l book $from[2]
        set -q book[1]; or set book $ADDBOOK_BOOK
        if test -z "$book"
            set -l data $XDG_DATA_HOME
            string match -q '/*' -- $data; or set data $HOME/.local/share
            set book $data/addbook/addbook.db
        end
        test -f (string replace -r '^(sqlite|text):' '' -- $book); or return
    end

    set -l typed (__addbook_typed); or return
    # A slow server doesn't hold up the shell. More than a thousand names would not help to choose one either.
    set -l names (timeout -k 1 0.5 addbook $from list -f names -0 -n 1001 -- $typed 2>/dev/null </dev/null |
        string split0)
    test (count $names) -le 1000; or return
    set -l unwanted '[\n\r\t]'
    set -q ended[1]; or set unwanted "^-|$unwanted"
    string match -v -r -- $unwanted $names
end

# What the word at the cursor stands for, whose quote may still be open.
function __addbook_typed
    set -l word (commandline -ct)
    for quote in '' \' '"'
        string unescape -- "$word$quote"; and return
    end
    return 1
end

# What can stand at the cursor after --join: a program, or what completes its own line; after `--` those of the second.
function __addbook_joined
    set -l words (commandline -opc)
    while set -q words[1]; and test $words[1] != --join
        set -e words[1]
    end
    set -q words[1]; or return
    set -e words[1]
    while contains -- -- $words
        set -e words[1]
    end
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end

# Labels of fields, each with $argv[1] after it; with $argv[2] those of the four that need none, and the name.
function __addbook_labels
    string match -q -r '[:=]' -- (commandline -ct); and return
    set -l labels email org title note birthday url nick tag uid postcode region country $argv[2..]
    printf '%s\n' $labels$argv[1]
end

for program in addbook addbook-serve addbook-query addbook-from-mail ni-format
    complete -c $program -f
    complete -c $program -s h -l help -d 'Print help and exit'
    complete -c $program -s V -l version -d 'Print the version and exit'
end

set -l plain number street town phone
for program in addbook addbook-query
    complete -c $program -n __addbook_no_verb -a add -d 'Add an entry, or replace it'
    complete -c $program -n __addbook_no_verb -a remove -d 'Remove entries by name'
    complete -c $program -n __addbook_no_verb -a find -d 'Show entries by name'
    complete -c $program -n __addbook_no_verb -a list -d 'List the names that begin with a prefix'
    complete -c $program -n __addbook_no_verb -a search -d 'Search all fields'
    complete -c $program -n __addbook_no_verb -a set -d 'Change single fields'
    complete -c $program -n __addbook_no_verb -a edit -d 'Change an entry in an editor'
    complete -c $program -n __addbook_no_verb -a rename -d 'Give an entry another name'
    complete -c $program -n __addbook_no_verb -a birthdays -d 'Print whose birthday it is'
    complete -c $program -n __addbook_no_verb -a count -d 'Print the number of entries'
    complete -c $program -n __addbook_no_verb -a menu -d 'Choose from a menu'
    complete -c $program -n __addbook_no_verb -a raw -d 'Pass request lines and reply lines'
    complete -c $program -n __addbook_no_verb -a help -d 'Open the manual'

    set -l prints '__addbook_verb find list search birthdays'
    complete -c $program -n $prints -s f -l format -x -a 'plain names tsv jsonl mutt aerc rfc5322 card' \
        -d 'Print entries in this format'
    complete -c $program -n $prints -s F -l field -x -a "(__addbook_labels '' name $plain)" \
        -d 'Print only the values of this field'
    complete -c $program -n $prints -s n -l limit -x -d 'Print at most so many entries'
    complete -c $program -n $prints -l first -d 'Print the best match alone'
    complete -c $program -n '__addbook_verb find list search birthdays remove' -s 0 -l null \
        -d 'End records with NUL instead of a line feed'
    complete -c $program -n '__addbook_verb birthdays' -l date -x -d 'On and after this day'

    complete -c $program -n '__addbook_argument first birthdays' -a 'today week month'
    complete -c $program -n '__addbook_argument rest add set' -a "(__addbook_labels = $plain)"
    complete -c $program -n '__addbook_argument any search' -a "(__addbook_labels : name $plain)"
    complete -c $program -n '__addbook_argument first help' \
        -a 'add remove find list search set edit rename birthdays count menu raw help'
    complete -c $program -n '__addbook_argument first help' \
        -a 'add-from-mail addbook addbook-query addbook-serve addbook-from-mail ni-format protocol'
end
complete -c addbook -n '__addbook_argument any find remove' -a '(__addbook_names)'
complete -c addbook -n '__addbook_argument first list set edit rename' -a '(__addbook_names)'
complete -c addbook -n __addbook_no_verb -a add-from-mail -d 'Add the sender of a message'
complete -c addbook -n '__addbook_verb add-from-mail' -l reply-to -d 'Add the addresses of Reply-To too'
complete -c addbook-from-mail -l reply-to -d 'Add the addresses of Reply-To too'
complete -c addbook -n '__addbook_verb add-from-mail' -l to -d 'Add the addresses of To too'
complete -c addbook-from-mail -l to -d 'Add the addresses of To too'
complete -c addbook -n '__addbook_verb add-from-mail' -l cc -d 'Add the addresses of Cc too'
complete -c addbook-from-mail -l cc -d 'Add the addresses of Cc too'

# The options of addbook with a value stand before the verb; after it, they would be arguments.
set -l books '(__fish_complete_suffix .db; __fish_complete_suffix .dat)'
complete -c addbook -n __addbook_no_verb -s b -l book -x -k -a $books -d 'Serve this book'
complete -c addbook -n __addbook_no_verb -s c -l connect -r -F -d 'Connect to a server that listens here'
complete -c addbook -n __addbook_no_verb -s s -l server -x -d 'Run a command that speaks the protocol'
complete -c addbook -n __addbook_no_verb -l join -d 'Join SERVER ... -- CLIENT ...'
complete -c addbook -a '(__addbook_joined)'

complete -c addbook-serve -s b -l book -x -k -a $books -d 'Serve this book'
complete -c addbook-serve -s l -l listen -r -F -d 'Listen on this address'
complete -c addbook-serve -l allow -x -a "(__fish_complete_users; __fish_print_groups | string replace -r '^' @)" \
    -d 'Admit a user, uid or @group'
complete -c addbook-serve -l read-only -d 'Refuse every change'
complete -c addbook-serve -l mode -x -d 'Mode of Unix sockets, in octal'
complete -c addbook-serve -l remote -d 'Let TCP listen beyond this machine'
complete -c addbook-serve -l workers -x -d 'Serve with so many processes'
complete -c addbook-serve -l max-clients -x -d 'Clients at once, for each worker'
complete -c addbook-serve -l max-per-user -x -d 'Clients at once from one uid or address'
complete -c addbook-serve -l idle-timeout -x -d 'Close a client that is silent for so many seconds'
complete -c addbook-serve -l ready-fd -x -d 'Write the addresses here once they accept'
complete -c addbook-serve -s v -l verbose -d 'Log connections'

complete -c ni-format -s w -l word -x -d 'Say another word than Ni!'
complete -c ni-format -s m -l message -d 'Take all of the input as one message'
complete -c ni-format -s 0 -l null -d 'End records with NUL instead of a line feed'
