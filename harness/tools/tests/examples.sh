#!/bin/sh
# docs/examples: they parse, and what they call is there.
cd "${0%/*}/../../.." || exit 1
kit=$(pwd)
. harness/tools/tests/tap
begin have-files
cd "$kit" || exit 1
examples=docs/examples
ok "devcontainer.json is JSON" jq -e '.build.dockerfile' $examples/devcontainer.json
named=$(jq -r '.build.dockerfile' $examples/devcontainer.json)
ok "its image's file is there" [ -f "docs/${named#../docs/}" ]
ok "no tabs in the workflow" sh -c '! grep "	" "$1"' - $examples/workflow.yml
for goal in $(grep -h -o 'make [a-z-]*' $examples/*[a-z] -d skip | sed 's/make //' | sort -u); do
	ok "make $goal is a goal" grep -q -E "^$goal:.*##" harness/mk/*.mk
done
for file in $(grep -h -o 'harness/[a-z/-]*' $examples/*[a-z] -d skip | sort -u); do
	ok "$file is there" [ -e "$file" ]
done
finish
