#!/bin/sh
# Makes the namespace and the search attributes that the workflows write (workflows.SearchAttributes; a test compares).
# Safe to run again. TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE are read by the command line itself.
set -eu

# 30 days: closed workflows stay readable; the facts are in PostgreSQL for as long as the law wants them.
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
	temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 720h

have=$(temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE")
while read -r name type; do
	case "$have" in
	*"$name"*) ;;
	*) temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$name" --type "$type" ;;
	esac
done <<LIST
ClaimStage Keyword
ClaimStatus Keyword
ClaimClient Keyword
AmountClass Keyword
NeedsAttention Keyword
NextActionAt Datetime
LIST
