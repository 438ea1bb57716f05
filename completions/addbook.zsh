#compdef addbook addbook-serve addbook-query addbook-from-mail ni-format
# SPDX-License-Identifier: MIT
# Completion in zsh for addbook, addbook-serve, addbook-query, addbook-from-mail and ni-format: verbs, options, formats,
# labels, books, addresses, and the names in a book. The text of a book is only ever data here: what is offered, zsh
# quotes for the line.

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
    'set:change single fields'
    'edit:change an entry in an editor'
    'rename:give an entry another name'
    'birthdays:print whose birthday it is'
    'count:print the number of entries'
    'menu:choose from a menu'
    'raw:pass request lines and reply lines'
    'help:open the manual'
  )
  [[ $service == addbook ]] && verbs+=('add-from-mail:add the sender of a message')
  _describe -t verbs verb verbs
}

_addbook_topic() {
  local service=addbook-query
  _alternative 'verbs:verb:_addbook_verb' \
    'pages:page:(add-from-mail addbook addbook-query addbook-serve addbook-from-mail ni-format protocol)'
}

# A label of a field and what follows it, $1, which may be nothing: of all, with `all` after it; of those that can be
# given a value, with `values`; else of those that stand behind the first four.
_addbook_label() {
  local -a labels=(email org title note birthday url nick tag uid postcode region country)
  local end=$1
  case $2 in
    all) labels+=(name number street town phone) ;;
    values) labels+=(number street town phone) ;;
  esac
  if [[ -z $end ]]; then
    _wanted labels expl label compadd -a labels
  elif [[ $PREFIX != *[:=]* ]]; then
    labels=(${^labels}$end)
    _wanted labels expl label compadd -S '' -a labels
  fi
}

# Reads the line up to the cursor, and sets of the caller: from to the options that name the book or the server, verb,
# nth to which argument of the verb the cursor is at, or 0 if it is at an option or its value, and ended once there was
# a `--`.
_addbook_line() {
  local i word
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ -n $verb ]]; then
      case $ended$word in
        (--) ended=yes ;;
        (-(|0)[fFn]|--(format|field|limit|date)) ((i++)) ;;
        (-?*) ;;
        (*) ((nth++)) ;;
      esac
    else
      case $word in
        (-b|--book) from=(-b "${(Q)words[++i]}") ;;
        (-c|--connect) from=(-c "${(Q)words[++i]}") ;;
        (-s|--server) from=(-s) && ((i++)) ;;
        (-b*) from=(-b "${(Q)word#-b}") ;;
        (-c*) from=(-c "${(Q)word#-c}") ;;
        (--book=*) from=(-b "${(Q)word#*=}") ;;
        (--connect=*) from=(-c "${(Q)word#*=}") ;;
        (-s*|--server=*) from=(-s) ;;
        (--join) return ;;
        (-?*) ;;
        (*) verb=$word nth=1 ;;
      esac
    fi
  done
  if ((i > CURRENT)) || [[ -z $ended && $words[CURRENT] == -* ]]; then nth=0; fi
  [[ $from[2] == '~/'* ]] && from[2]=$HOME${from[2]:1}
}

# Tells whether there is somebody to ask: a command is not run for it, and a book that is missing would be made by
# asking it. What is not exported, addbook does not see.
_addbook_is_there() {
  local name
  for name in ADDBOOK_CONNECT ADDBOOK_BOOK XDG_DATA_HOME; do
    [[ ${(Pt)name} == *export* ]] || local $name=
  done
  [[ $XDG_DATA_HOME == /* ]] || local XDG_DATA_HOME= # as the server sees it
  [[ $service != addbook || $from[1] == -s ]] && return 1
  [[ $from[1] == -c || ( -z $from && -n $ADDBOOK_CONNECT ) ]] && return
  local book=${from[2]:-${ADDBOOK_BOOK:-${XDG_DATA_HOME:-$HOME/.local/share}/addbook/addbook.db}}
  book=${book#sqlite:}
  [[ -f ${book#text:} ]]
}

# The names that begin with the word at the cursor. Those with a `-` in front are offered only after `--`.
_addbook_name() {
  _addbook_is_there || return
  local quote=$compstate[quote]
  local typed=${(Q)${:-$quote$PREFIX$quote}}
  zmodload zsh/system zsh/datetime || return
  # A slow server doesn't hold up the shell. More than a thousand names would not help to choose one either.
  local -F left until=$((EPOCHREALTIME + 0.5))
  local -i fd ended=0
  local some answer=''
  exec {fd}< <(exec addbook $from list -f names -0 -n 1001 -- $typed 2> /dev/null < /dev/null)
  {
    while ((ended == 0 && (left = until - EPOCHREALTIME) > 0)); do
      sysread -t $left -i $fd some && answer+=$some || ended=$?
    done
    if ((ended != 5)); then # the end of the answer
      kill $sysparams[procsubstpid] 2> /dev/null
      return 1
    fi
  } always {
    exec {fd}<&-
  }
  local -a names=("${(@0)answer}")
  (($#names <= 1001)) || return
  names=(${names:#*[$'\n\r\t']*})
  [[ -n $ended ]] || names=(${names:#-*})
  _wanted names expl name compadd -a names
}

_addbook_argument() {
  case $verb-$nth in
    ((find|remove)-*|(list|set|edit|rename)-1) _addbook_name ;;
    (search-*) _addbook_label : all ;;
    (set-*) _addbook_label = values ;;
    (add-1) _message name ;;
    (add-*) _addbook_label = values ;;
    (rename-2) _message 'new name' ;;
    (birthdays-1) _wanted days expl days compadd today week month ;;
    (help-1) _addbook_topic ;;
    (*) _message 'no more arguments' ;;
  esac
}

# What stands after --join: a program and its arguments, and after `--` another.
_addbook_program() {
  local -i cut=${words[(i)--]}
  if ((cut < CURRENT)); then
    words=("${(@)words[cut + 1,-1]}")
    ((CURRENT -= cut))
  fi
  _normal
}

# The options of the verb, and their values.
_addbook_options() {
  local formats='plain names tsv jsonl mutt aerc rfc5322 card'
  local -a output=(
    "(-f --format -F --field)"{-f+,--format=}"[print entries in this format]:format:($formats)"
    '(-F --field -f --format)'{-F+,--field=}'[print only the values of this field]:label: _addbook_label "" all'
    '(-0 --null)'{-0,--null}'[end records with NUL instead of a line feed]'
    '(-n --limit --first)'{-n+,--limit=}'[print at most so many entries]:number: '
    '(-n --limit --first)--first[print the best match alone]'
  )
  case $verb in
    find|list|search) common+=($output) ;;
    remove) common+=('(-0 --null)'{-0,--null}'[names read for - end with NUL]') ;;
    birthdays) common+=($output '--date=[on and after this day]:date: ') ;;
    add-from-mail) common+=($of_mail) ;;
  esac
  _arguments -s -S $common '*: :()'
}

_addbook() {
  local -a common=(
    '(- *)'{-h,--help}'[print help and exit]'
    '(- *)'{-V,--version}'[print the version and exit]'
  )
  local -a of_mail=(
    '--reply-to[add the addresses of Reply-To too]'
    '--to[add the addresses of To too]'
    '--cc[add the addresses of Cc too]'
  )
  local servers='-b --book -c --connect -s --server --join'
  local -a from
  local verb='' ended=''
  local -i nth=0
  # An argument of a verb needs no look at the options, which would take as long as starting two programs.
  [[ $service == (addbook|addbook-query) ]] && _addbook_line
  if ((nth > 0)); then
    _addbook_argument
    return
  fi
  case $service in
    addbook)
      _arguments -s -S -A '-*' $common \
        "($servers)"{-b+,--book=}'[serve this book]:book:_addbook_book' \
        "($servers)"{-c+,--connect=}'[connect to a server that listens here]:address:_addbook_address' \
        "($servers)"{-s+,--server=}'[run a command that speaks the protocol]:command: ' \
        '(- *)--join[join SERVER ... -- CLIENT ...]:*::program:_addbook_program' \
        '1: :_addbook_verb' '*:: :_addbook_options'
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
      _arguments -s -S -A '-*' $common '1: :_addbook_verb' '*:: :_addbook_options'
      ;;
    addbook-from-mail)
      _arguments -s -S $common $of_mail
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
