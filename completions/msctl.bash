# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of msctl and msctl-*: the command itself is asked.
_msctl() {
	local line word files= w last=
	local -a words=("${COMP_WORDS[@]:1:COMP_CWORD}") joined=()
	# bash splits at "=": put --name = value together again.
	for w in "${words[@]}"; do
		if [[ $last == --* && ( $w == = || $last == *= ) ]]; then
			last+=$w joined[-1]=$last
		else
			last=$w joined+=("$w")
		fi
	done
	COMPREPLY=()
	while IFS= read -r line; do
		[[ $line == :files ]] && files=1 && continue
		word=${line%%$'\t'*}
		[[ $last == --*=* ]] && word=${word#*=}
		COMPREPLY+=("$word")
	done < <("$1" --complete "${joined[@]}" 2>/dev/null)
	[[ -z $files ]] || compopt -o filenames 2>/dev/null
	[[ -z $files ]] || mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "${words[-1]}")
}
complete -F _msctl msctl
while IFS=$'\t' read -r _msctl_name _; do complete -F _msctl "msctl-$_msctl_name"; done < <(msctl --complete '' 2>/dev/null)
unset _msctl_name
