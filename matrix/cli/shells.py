"""What a completion script is made to do besides: complete NAME alone, and a value behind an option's `=`.

The scripts are shtab's. They know the options and words of each command, and not that a NAME stands for `is NAME`.
"""

from __future__ import annotations

import re

# bash parts --rustc=1.9 at the =; shtab expects the value where the = then stands.
_BASH = """
_archmatrix() {
  local -a words=()
  local i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    if ((i > 0)) && [[ ${COMP_WORDS[i]} == "=" && ${COMP_WORDS[i - 1]} == --* ]]; then
      ((i == COMP_CWORD)) && words+=("")
    else
      words+=("${COMP_WORDS[i]}")
    fi
  done
  local first="${words[1]}" last=$((${#words[@]} - 1))
  if ((last > 1)) && _archmatrix_name "$first" | grep -qxF -- "$first"; then
    words=("${words[0]}" is "${words[@]:1}")
    ((last += 1))
  fi
  local -a COMP_WORDS=("${words[@]}")
  local COMP_CWORD=$last
  _shtab_archmatrix
  if ((last == 1)) && [[ -n $first && $first != -* ]]; then
    while IFS= read -r i; do COMPREPLY+=("$i"); done < <(_archmatrix_name "$first")
  fi
}
complete -o bashdefault -F _archmatrix archmatrix
"""
_ZSH = """
functions[_archmatrix_commands]=$functions[_shtab_archmatrix_commands]
_shtab_archmatrix_commands() {
  _archmatrix_commands
  [[ -z $PREFIX ]] || _archmatrix_name
}
"""
_FISH = """
complete -c archmatrix -n '_shtab_archmatrix_using; and test $_shtab_archmatrix_npos -eq 0; and \
string length -q -- (commandline -ct)' -a '(_archmatrix_name)' -d 'is NAME'
"""
_BEHIND = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
_TAKES_A_VALUE = re.compile(r'^(  "\*?--[a-z-]+)(\[.*\]:)', re.MULTILINE)


def mended(shell: str, script: str) -> str:
    """The script of a shell with what it lacks."""
    if shell == "zsh":
        # `--rustc=[...]` takes its value behind the = or as the next word, `--rustc[...]` as the next word alone.
        script = _TAKES_A_VALUE.sub(r"\1=\2", script)
    return script + _BEHIND.get(shell, "")
