# What failed in a log of meson's tests or of TAP, each on a new line: the program with its result, each
# case with the check that failed, and what a sanitizer says in one line

function tell(text) { printf "\n  %s: %s%s", step, program ? program ": " : "", text }

/^test: / { program = $NF }
# Programs that have to fail are named for what they lack
/^result: / && !/exit status 0$/ && program !~ /_without_output$/ { sub(/^result: */, ""); tell($0) }
/^# .*\.[a-z]+:[0-9]+: / { why = $0 }
/^ok / { why = "" }
/^not ok / { tell($0 (why ? " " why : "")); why = "" }
/^SUMMARY: / { tell($0) }
