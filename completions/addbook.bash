# SPDX-License-Identifier: MIT
# Completion in bash for addbook, addbook-serve, addbook-query, addbook-from-mail and ni-format: verbs, options,
# formats, labels, books, addresses, and the names in a book. Plain bash will do. The text of a book is only ever data
# here, on its way to the command line too.
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

# compopt works only while readline completes, and there is nothing to set at other times.
_addbook_compopt() {
  compopt "$@" 2> /dev/null || :
}

# Offers those of the words $2... that begin with $1, which is typed.
_addbook_offer() {
  local word typed=$1
  for word in "${@:2}"; do
    if [[ $word == "$typed"* ]]; then COMPREPLY+=("${word#"$kept"}"); fi
  done
}

# The same with the beginnings of a field or a term, `LABEL=` or `LABEL:`, up to their last character and no further.
_addbook_offer_labels() {
  if [[ $1 == *[:=]* ]]; then return; fi
  _addbook_offer "$@"
  _addbook_compopt -o nospace
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
    -f | --format) _addbook_offer "$2" "${formats[@]}" ;;
    -F | --field) _addbook_offer "$2" name "${plain_fields[@]}" "${labels[@]}" ;;
  esac
}

# Tells whether there is a book to ask. One that is missing would be made by asking it, so its file is looked for. What
# is not exported, addbook does not see.
_addbook_is_there() {
  local book=$1 name
  for name in ADDBOOK_CONNECT ADDBOOK_BOOK XDG_DATA_HOME; do
    [[ -v $name && ${!name@a} == *x* ]] || local "$name="
  done
  [[ ${XDG_DATA_HOME-} == /* ]] || local XDG_DATA_HOME= # as the server sees it
  if [[ -z $book ]]; then
    if [[ -n ${ADDBOOK_CONNECT-} ]]; then return; fi
    book=${ADDBOOK_BOOK:-${XDG_DATA_HOME:-$HOME/.local/share}/addbook/addbook.db}
  fi
  book=${book#sqlite:}
  [[ -f ${book#text:} ]]
}

# Makes of each text in names of the caller what has to stand on the line after the quote $1, or with backslashes when
# that is empty. All at once, since bash is slow with thousands, one by one.
# `compopt -o filenames` would have readline do so; but in a text that is no file's name, it may leave a `$` bare.
_addbook_quote() {
  local all i
  case $1 in
    \') names=("${names[@]//\'/"'\\''"}") ;;
    \")
      names=("${names[@]//\\/\\\\}")
      names=("${names[@]//\"/'\"'}")
      names=("${names[@]//\$/'\$'}")
      names=("${names[@]//\`/'\`'}")
      # Nothing but single quotes keeps this from the history without leaving a trace.
      names=("${names[@]//!/"\"'!'\""}")
      ;;
    *)
      printf -v all '%q\n' "${names[@]}"
      mapfile -t names <<< "${all%$'\n'}"
      # Not for the shell, but for readline, which would cut the word here when it is completed again.
      for i in "${!names[@]}"; do
        if [[ ${names[i]} != *[:=@]* || ${names[i]} == \$\'* ]]; then continue; fi
        names[i]=${names[i]//:/'\:'} names[i]=${names[i]//=/'\='} names[i]=${names[i]//@/'\@'}
      done
      ;;
  esac
}

# Offers the names that begin with the word at the cursor, from the book or the server that the line names with the
# option $1 (-b or -c) in $2, or else the usual one; from nobody when $1 is `none`. Names with a `-` in front are
# offered only after `--`, when $3 is not empty.
_addbook_names() {
  local from=() quote open prefix names i
  if [[ $1 == none ]]; then return; fi
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

  # A slow server doesn't hold up the shell. More than a thousand names would not help to choose one either.
  mapfile -d '' -t -n 1001 names < <(
    timeout -k 1 0.5 addbook "${from[@]}" list -f names -0 -n 1001 -- "$prefix" 2> /dev/null < /dev/null
  )
  ((${#names[@]} <= 1000)) || return 0
  for i in "${!names[@]}"; do
    # These can't be typed, or would be taken for an option.
    if [[ ${names[i]} == *[$'\n\r\t']* || (${names[i]} == -* && -z $3) ]]; then unset 'names[i]'; fi
  done
  ((${#names[@]} > 0)) || return 0
  names=("${names[@]#"$kept"}")
  _addbook_quote "$open"
  COMPREPLY=("${names[@]}")
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

# Offers what the verb $1 takes: $2 arguments stand before the word at the cursor. The rest is for _addbook_names.
_addbook_argument() {
  local verb=$1 before=$2
  case $verb in
    find | remove) _addbook_names "${@:3}" ;;
    list | edit | rename) if ((before == 0)); then _addbook_names "${@:3}"; fi ;;
    set)
      if ((before == 0)); then
        _addbook_names "${@:3}"
      else
        _addbook_offer_labels "$cur" "${plain_fields[@]/%/=}" "${labels[@]/%/=}"
      fi
      ;;
    add) if ((before > 0)); then _addbook_offer_labels "$cur" "${plain_fields[@]/%/=}" "${labels[@]/%/=}"; fi ;;
    search) _addbook_offer_labels "$cur" name: "${plain_fields[@]/%/:}" "${labels[@]/%/:}" ;;
    birthdays) if ((before == 0)); then _addbook_offer "$cur" today week month; fi ;;
    help)
      if ((before == 0)); then
        _addbook_offer "$cur" "${asking[@]}" add-from-mail addbook addbook-query addbook-serve addbook-from-mail \
          ni-format protocol
      fi
      ;;
  esac
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

  local formats=(plain names tsv jsonl mutt aerc rfc5322 card) plain_fields=(number street town phone)
  local labels=(email org title note birthday url nick tag uid postcode region country)
  local asking=(add remove find list search set edit rename birthdays count menu raw help)
  local program=${words[0]##*/} options=(-h --help -V --version) verbs=()
  case $program in
    addbook | addbook-query)
      verbs=("${asking[@]}")
      if [[ $program == addbook ]]; then
        verbs+=(add-from-mail)
        options+=(-b --book -c --connect -s --server --join)
      fi
      ;;
    addbook-serve)
      options+=(-b --book -l --listen --allow --read-only --mode --remote --workers --max-clients --max-per-user)
      options+=(--idle-timeout --ready-fd -v --verbose)
      ;;
    addbook-from-mail) options+=(--reply-to --to --cc) ;;
    ni-format) options+=(-w --word -m --message -0 --null) ;;
  esac

  # What stands before the verb: options, some with a value.
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

  # And after it: options again, and arguments.
  local arguments=0
  if [[ -n $verb ]]; then
    options=(-h --help -V --version) ended=''
    case $verb in
      find | list | search | birthdays) options+=(-f --format -F --field -0 --null -n --limit --first) ;;&
      birthdays) options+=(--date) ;;
      remove) options+=(-0 --null) ;;
      add-from-mail) options+=(--reply-to --to --cc) ;;
    esac
    while ((++i < cword)); do
      word=${words[i]}
      if [[ -n $ended || $word != -?* ]]; then arguments=$((arguments + 1)) && continue; fi
      case $word in
        -f | --format | -F | --field | -n | --limit | --date) value=$word i=$((i + 1)) ;;
        -0[fFn]) value=-${word#-0} i=$((i + 1)) ;;
        --) ended=yes ;;
      esac
    done
  fi

  if ((i > cword)); then
    # The cursor is where the last option has its value.
    _addbook_value "$value" "$cur"
  elif [[ -z $ended && $cur == --*=* ]]; then
    kept=${kept#"${cur%%=*}="}
    _addbook_value "${cur%%=*}" "${cur#*=}"
  elif [[ -z $ended && $cur == -* ]]; then
    _addbook_offer "$cur" "${options[@]}"
  elif [[ -z $verb ]]; then
    _addbook_offer "$cur" "${verbs[@]}"
  else
    # Only addbook knows whom to ask for names, and a command is not run for it.
    [[ $program == addbook && -z $command ]] || flag=none
    _addbook_argument "$verb" "$arguments" "$flag" "$server" "$ended"
  fi
}

complete -F _addbook addbook addbook-serve addbook-query addbook-from-mail ni-format
