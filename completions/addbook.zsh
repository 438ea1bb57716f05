#compdef addbook addbook-serve addbook-query ni-format
# SPDX-License-Identifier: MIT
# Completion in zsh for addbook, addbook-serve, addbook-query and ni-format: verbs, options, books and addresses.

# A book is a file by its ending, or a path after `sqlite:` or `text:`.
_addbook_book() {
  compset -P '(sqlite|text):'
  _files -g '*.(db|dat)'
}

# An address is a socket's path after `unix:`, or one with a slash.
_addbook_address() {
  local -a start
  compset -P 'unix:' || [[ $PREFIX == */* ]] || start=(-P ./)
  _files $start -g '*(=)'
}

# A user, or a group after `@`; `:ro` may follow.
_addbook_whom() {
  if compset -P '*:'; then
    compadd ro
  elif compset -P @; then
    _groups
  else
    _users
  fi
}

_addbook_verb() {
  local -a verbs=(
    'add:add an entry, or replace it'
    'remove:remove entries by name'
    'find:show entries by name'
    'list:list the names that begin with a prefix'
    'search:search all fields'
    'birthdays:print whose birthday it is'
    'count:print the number of entries'
    'menu:choose from a menu'
    'raw:pass request lines and reply lines'
    'help:open the manual'
  )
  _describe -t verbs verb verbs
}

_addbook() {
  local -a common=(
    '(- *)'{-h,--help}'[print help and exit]'
    '(- *)'{-V,--version}'[print the version and exit]'
  )
  local servers='-b --book -c --connect -s --server --join'
  case $service in
    addbook)
      _arguments -s -S $common \
        "($servers)"{-b+,--book=}'[serve this book]:book:_addbook_book' \
        "($servers)"{-c+,--connect=}'[connect to a server that listens here]:address:_addbook_address' \
        "($servers)"{-s+,--server=}'[run a command that speaks the protocol]:command: ' \
        '(- *)--join[join SERVER ... -- CLIENT ...]:*::program:_normal' \
        '1: :_addbook_verb' '*:argument: '
      ;;
    addbook-serve)
      _arguments -s -S $common \
        '(-b --book)'{-b+,--book=}'[serve this book]:book:_addbook_book' \
        '*'{-l+,--listen=}'[listen on this address]:address:_addbook_address' \
        '*--allow=[admit a user, uid or @group]:user or @group:_addbook_whom' \
        '--read-only[refuse every change]' \
        '--mode=[mode of Unix sockets]:octal mode: ' \
        '--remote[let TCP listen beyond this machine]' \
        '--workers=[serve with so many processes]:number: ' \
        '--max-clients=[clients at once, for each worker]:number: ' \
        '--max-per-user=[clients at once from one uid or address]:number: ' \
        '--idle-timeout=[close a client that is silent for so long]:seconds: ' \
        '--ready-fd=[write the addresses here once they accept]:descriptor: ' \
        '(-v --verbose)'{-v,--verbose}'[log connections]'
      ;;
    addbook-query)
      _arguments -s -S $common \
        '(-f --format)'{-f+,--format=}'[print entries in this format]:format:(plain names tsv jsonl mutt aerc rfc5322 card)' \
        '(-F --field)'{-F+,--field=}'[print only the values of this field]:label: ' \
        '(-0 --null)'{-0,--null}'[end records with NUL instead of a line feed]' \
        '(-n --limit)'{-n+,--limit=}'[print at most so many entries]:number: ' \
        '--first[print the best match alone]' \
        '--date=[birthdays on and after this day]:date: ' \
        '1: :_addbook_verb' '*:argument: '
      ;;
    ni-format)
      _arguments -s -S $common \
        '(-w --word)'{-w+,--word=}'[say another word than Ni!]:word: ' \
        '(-m --message)'{-m,--message}'[take all of the input as one message]' \
        '(-0 --null)'{-0,--null}'[end records with NUL instead of a line feed]'
      ;;
  esac
}

_addbook "$@"
