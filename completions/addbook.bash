# SPDX-License-Identifier: MIT
# Completion in bash for addbook, addbook-serve, addbook-query and ni-format: verbs, options, books, addresses, and the
# names in a book. Plain bash will do. The text of a book is only ever data here, on its way to the command line too.
# shellcheck shell=bash

# Sets words and cword of the caller: COMP_WORDS and COMP_CWORD, without the cuts that readline makes at `:`, `=`, `@`.
_addbook_words() {
  local line=${COMP_LINE-} gap word last='' i
  words=() cword=0
  for i in "${!COMP_WORDS[@]}"; do
    word=${COMP_WORDS[i]}
    gap=${line%%[![:blank:]]*}
    line=${line#"$gap$word"}
    if ((i > 0)) && [[ -n ${COMP_LINE-} && -z $gap ]] && [[ $word =~ ^[:=@]+$ || $last =~ ^[:=@]+$ ]]; then
      words[${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
    last=$word
    if ((i == COMP_CWORD)); then cword=$((${#words[@]} - 1)); fi
  done
}

# Puts into REPLY what a word of the line stands for, without its quotes, and into quote of the caller the quote that
# is still open at its end. Fails when only the shell itself could tell, as for `$x`: nothing is run or expanded while
# it is still being typed.
_addbook_plain() {
  local rest=$1 char
  REPLY='' quote=''
  while [[ -n $rest ]]; do
    char=${rest:0:1} rest=${rest:1}
    case $quote$char in
      \' | \") quote=$char ;;
      \'\' | \"\") quote='' ;;
      \'*) REPLY+=$char ;;
      '$' | '`' | '"$' | '"`') return 1 ;;
      \\) REPLY+=${rest:0:1} rest=${rest:1} ;;
      \"\\)
        [[ $rest == [\"\\\$\`]* ]] || REPLY+=$char
        REPLY+=${rest:0:1} rest=${rest:1}
        ;;
      *) REPLY+=$char ;;
    esac
  done
}

# The same for the word at the cursor. readline puts a completion in place of the whole word, or of what follows an open
# quote; so this also fails when that quote is not the beginning of the word.
_addbook_typed() {
  _addbook_plain "$1" || return
  local body=${1:1}
  if [[ $quote == \" ]]; then body=${body//\\?/}; fi
  [[ -z $quote || ($1 == "$quote"* && $body != *"$quote"*) ]]
}

# Puts into REPLY the name of a data line, `NAME : ENTRY`, as plain text. Fails for a name with a line break or a
# tabulator in it, which can't be typed.
_addbook_name() {
  local rest=$1 head
  REPLY=
  while [[ $rest == *[\\:]* ]]; do
    head=${rest%%[\\:]*}
    REPLY+=$head rest=${rest:${#head}}
    case $rest in
      :*) REPLY=${REPLY% } && return ;;
      \\[\\,:]*) REPLY+=${rest:1:1} rest=${rest:2} ;;
      *) return 1 ;;
    esac
  done
  return 1
}

# compopt works only while readline completes, and there is nothing to set at other times.
_addbook_compopt() {
  compopt "$@" 2> /dev/null || :
}

_addbook_offer() {
  local word
  for word; do
    if [[ $word == "$cur"* ]]; then COMPREPLY+=("$word"); fi
  done
}

# Offers the files that are books by their ending, and the folders on the way to them. A path may follow `sqlite:` or
# `text:`.
_addbook_books() {
  local kind='' quote file files
  _addbook_typed "$1" || return 0
  if [[ $REPLY =~ ^(sqlite|text): ]]; then kind=${BASH_REMATCH[0]}; fi
  REPLY=${REPLY#"$kind"}
  mapfile -t files < <(
    compgen -f -X '!*.db' -- "$REPLY"
    compgen -f -X '!*.dat' -- "$REPLY"
    compgen -d -- "$REPLY"
  )
  for file in "${files[@]}"; do
    file=$kind$file
    COMPREPLY+=("${file#"$kept"}")
  done
  _addbook_compopt -o filenames
}

# Offers the sockets there are, and the folders on the way to them, as addresses: a path after `unix:`, or with a slash.
_addbook_addresses() {
  local kind='' quote file files path
  _addbook_typed "$1" || return 0
  if [[ $REPLY == unix:* ]]; then kind=unix:; fi
  REPLY=${REPLY#"$kind"}
  mapfile -t files < <(compgen -f -- "$REPLY")
  for file in "${files[@]}"; do
    path=$file
    if [[ $file == \~/* ]]; then path=$HOME${file:1}; fi
    if [[ ! -S $path && ! -d $path ]]; then continue; fi
    if [[ -z $kind && $file != */* ]]; then file=./$file; fi
    file=$kind$file
    COMPREPLY+=("${file#"$kept"}")
  done
  _addbook_compopt -o filenames
}

# Offers whom --allow may name: users, groups after `@`, and `:ro` after either.
_addbook_whom() {
  local who all
  case $1 in
    *:*) all=("${1%%:*}:ro") ;;
    @*) mapfile -t all < <(compgen -g -- "${1#@}") && all=("${all[@]/#/@}") ;;
    *) mapfile -t all < <(compgen -u -- "$1") ;;
  esac
  for who in "${all[@]}"; do
    if [[ $who == "$1"* ]]; then COMPREPLY+=("${who#"$kept"}"); fi
  done
}

# Offers what the option $1 takes for a value, of which $2 is typed: nothing where any text may stand.
_addbook_value() {
  case $1 in
    -b | --book) _addbook_books "$2" ;;
    -c | --connect | -l | --listen) _addbook_addresses "$2" ;;
    --allow) _addbook_whom "$2" ;;
  esac
}

# Tells whether there is a book to ask. One that is missing would be made by asking it, so its file is looked for.
_addbook_is_there() {
  local book=$1
  if [[ -z $book ]]; then
    if [[ -n ${ADDBOOK_CONNECT-} ]]; then return; fi
    book=${ADDBOOK_BOOK:-${XDG_DATA_HOME:-$HOME/.local/share}/addbook/addbook.db}
  fi
  book=${book#sqlite:}
  [[ -f ${book#text:} ]]
}

# Puts into REPLY the text as it has to stand on the line after the quote $2, or with backslashes when that is empty.
# `compopt -o filenames` would have readline do so; but in a text that is no file's name, it may leave a `$` bare.
_addbook_quoted() {
  case $2 in
    \') REPLY=${1//\'/"'\\''"} ;;
    \")
      REPLY=${1//\\/\\\\}
      REPLY=${REPLY//\"/'\"'}
      REPLY=${REPLY//\$/'\$'}
      REPLY=${REPLY//\`/'\`'}
      # Nothing but single quotes keeps this from the history without leaving a trace.
      REPLY=${REPLY//!/"\"'!'\""}
      ;;
    *)
      printf -v REPLY %q "$1"
      # Not for the shell, but for readline, which would cut the word here when it is completed again.
      if [[ $REPLY != \$\'* ]]; then REPLY=${REPLY//:/'\:'} && REPLY=${REPLY//=/'\='} && REPLY=${REPLY//@/'\@'}; fi
      ;;
  esac
}

# Offers the names that begin with the word at the cursor, from the book or the server that the line names with the
# option $1 (-b or -c) in $2, or else the usual one. Names with a `-` in front are offered only after `--`, when $3 is
# not empty.
_addbook_names() {
  local from=() quote open prefix line lines
  if [[ -n $1 ]]; then
    _addbook_plain "$2" || return 0
    if [[ $2 == \~/* ]]; then REPLY=$HOME${REPLY:1}; fi
    from=("$1" "$REPLY")
  fi
  [[ $1 == -c ]] || _addbook_is_there "${from[1]-}" || return 0
  _addbook_typed "$cur" || return 0
  prefix=$REPLY open=$quote
  _addbook_plain "$kept" || return 0
  kept=$REPLY

  # A slow server doesn't hold up the shell. Some thousands of names would not help to choose one either.
  mapfile -t -n 2001 lines < <(timeout -k 1 1 addbook "${from[@]}" list -- "$prefix" 2> /dev/null < /dev/null)
  ((${#lines[@]} <= 2000)) || return 0
  for line in "${lines[@]}"; do
    _addbook_name "$line" || continue
    if [[ $REPLY == -* && -z $3 ]]; then continue; fi
    _addbook_quoted "${REPLY#"$kept"}" "$open"
    COMPREPLY+=("$REPLY")
  done
  if ((${#COMPREPLY[@]} == 1)); then COMPREPLY[0]+=$open; fi
}

# Offers what `addbook --join` takes: a command in the two places where one stands, files among their arguments.
_addbook_programs() {
  case ${words[cword - 1]} in
    --join | --) mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
    *) _addbook_compopt -o default ;;
  esac
  return 0
}

_addbook() {
  local words cword cur kept piece=${COMP_WORDS[COMP_CWORD]}
  _addbook_words
  COMPREPLY=()
  cur=${words[cword]}
  # What comes before `piece` in the same word stays on the line, and is left out of what is offered. readline takes an
  # `@` along, but no `:` or `=`.
  if [[ $2 == @* && $piece != [\"\']* ]]; then piece=$2; elif [[ $piece =~ ^[:=]+$ ]]; then piece=''; fi
  kept=${cur%"$piece"}

  local output='-f --format -F --field -0 --null -n --limit --first --date'
  local program=${words[0]##*/} options='-h --help -V --version' verbs=''
  case $program in
    addbook) verbs='add remove find list search birthdays count menu raw help' options+=' -b --book -c --connect -s --server --join' ;;
    addbook-query) verbs='add remove find list search birthdays count menu raw help' options+=" $output" ;;
    addbook-serve)
      options+=' -b --book -l --listen --allow --read-only --mode --remote --workers --max-clients --max-per-user'
      options+=' --idle-timeout --ready-fd -v --verbose'
      ;;
    ni-format) options+=' -w --word -m --message -0 --null' ;;
  esac

  # The options with a value stand before the verb.
  local i word value='' flag='' server='' command='' verb='' ended=''
  for ((i = 1; i < cword; i++)); do
    word=${words[i]}
    if [[ -n $ended || $word != -?* ]]; then
      verb=$word
      break
    fi
    case $word in
      -b | --book) value=$word flag=-b server=${words[++i]} ;;
      -c | --connect) value=$word flag=-c server=${words[++i]} ;;
      -s | --server) value=$word command=yes i=$((i + 1)) ;;
      -l | --listen | --allow | --mode | --workers | --max-clients | --max-per-user | --idle-timeout | --ready-fd)
        value=$word i=$((i + 1))
        ;;
      -w | --word) value=$word i=$((i + 1)) ;;
      -b*) flag=-b server=${word#-b} ;;
      -c*) flag=-c server=${word#-c} ;;
      --book=*) flag=-b server=${word#*=} ;;
      --connect=*) flag=-c server=${word#*=} ;;
      -s* | --server=*) command=yes ;;
      --join) _addbook_programs && return ;;
      --) ended=yes ;;
    esac
  done
  if ((i > cword)); then
    # The cursor is where the last option has its value.
    _addbook_value "$value" "$cur"
    return
  fi
  if [[ -n $verb ]]; then
    options="-h --help -V --version $output" ended=''
    while ((++i < cword)); do
      if [[ ${words[i]} == -- ]]; then ended=yes; fi
    done
  fi

  # The lists are words without blanks, made to be split.
  # shellcheck disable=SC2086
  if [[ -z $ended$verb && $cur == --*=* ]]; then
    kept=${kept#"${cur%%=*}="}
    _addbook_value "${cur%%=*}" "${cur#*=}"
  elif [[ -z $ended && $cur == -* ]]; then
    _addbook_offer $options
  elif [[ -z $verb ]]; then
    _addbook_offer $verbs
  elif [[ $program == addbook && -z $command && $verb == @(find|remove|list) ]]; then
    _addbook_names "$flag" "$server" "$ended"
  fi
}

complete -F _addbook addbook addbook-serve addbook-query ni-format
