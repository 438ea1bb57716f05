# SPDX-License-Identifier: MIT
# Completion in fish for addbook, addbook-serve, addbook-query and ni-format: verbs, options, books and addresses.

for program in addbook addbook-serve addbook-query ni-format
    complete -c $program -f
    complete -c $program -s h -l help -d 'Print help and exit'
    complete -c $program -s V -l version -d 'Print the version and exit'
end

set -l no_verb 'not __fish_seen_subcommand_from add remove find list search birthdays count menu raw help'
for program in addbook addbook-query
    complete -c $program -n $no_verb -a add -d 'Add an entry, or replace it'
    complete -c $program -n $no_verb -a remove -d 'Remove entries by name'
    complete -c $program -n $no_verb -a find -d 'Show entries by name'
    complete -c $program -n $no_verb -a list -d 'List the names that begin with a prefix'
    complete -c $program -n $no_verb -a search -d 'Search all fields'
    complete -c $program -n $no_verb -a birthdays -d 'Print whose birthday it is'
    complete -c $program -n $no_verb -a count -d 'Print the number of entries'
    complete -c $program -n $no_verb -a menu -d 'Choose from a menu'
    complete -c $program -n $no_verb -a raw -d 'Pass request lines and reply lines'
    complete -c $program -n $no_verb -a help -d 'Open the manual'
end

# The options of addbook with a value stand before the verb; after it, they would be arguments.
set -l books '(__fish_complete_suffix .db; __fish_complete_suffix .dat)'
complete -c addbook -n $no_verb -s b -l book -x -k -a $books -d 'Serve this book'
complete -c addbook -n $no_verb -s c -l connect -r -F -d 'Connect to a server that listens here'
complete -c addbook -n $no_verb -s s -l server -x -d 'Run a command that speaks the protocol'
complete -c addbook -n $no_verb -l join -x -a '(__fish_complete_command)' -d 'Join SERVER ... -- CLIENT ...'

complete -c addbook-query -s f -l format -x -a 'plain names tsv jsonl mutt aerc rfc5322 card' -d 'Print entries in this format'
complete -c addbook-query -s F -l field -x -d 'Print only the values of this field'
complete -c addbook-query -s 0 -l null -d 'End records with NUL instead of a line feed'
complete -c addbook-query -s n -l limit -x -d 'Print at most so many entries'
complete -c addbook-query -l first -d 'Print the best match alone'
complete -c addbook-query -l date -x -d 'Birthdays on and after this day'

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
