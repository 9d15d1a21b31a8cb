# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion of msctl and msctl-*: the command itself is asked.
function __msctl_complete
	set -l words (commandline -opc) (commandline -ct)
	set -l name $words[1]
	for line in ($name --complete $words[2..-1] 2>/dev/null)
		if test "$line" = :files
			__fish_complete_path (commandline -ct)
		else
			echo $line
		end
	end
end
for name in msctl msctl-(msctl --complete '' 2>/dev/null | string split -f 1 \t)
	complete -c $name -f -a '(__msctl_complete)'
end
