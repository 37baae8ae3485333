package trajectory

import "strings"

// EndsBy says what ends a task that saying "done" does not while its claim goes on, because the facts go on asking for it; empty when done ends it.
func EndsBy(task string) string {
	const judged = "the dispute is judged (claim judge)"
	kind, _, _ := strings.Cut(task, ":")
	return map[string]string{
		FindAddress: "the address is corrected (claim debtor) or the flag is cleared", SmallBalance: "it is paid or written off (claim pay --kind write-off), or the claim is closed",
		ReviewCosts:     "the costs are reviewed (claim costs)",
		"judge-dispute": judged, "late-judgement": judged, "answer-request": "the request is answered (claim answer)",
		"trace-letter": "the letter is traced (claim trace)", "allocate-receipt": "", "interrupt": "the interruption is recorded (claim interrupted), or the claim is closed; before the court also when a summons in time or the end of the procedure is recorded (claim court)",
		HandOverToCourt:      "the first stage of the procedure is recorded (claim court)",
		"review-arrangement": "the arrangement is ended (claim arrangement ID end); a new one can be agreed then (claim arrange); when it lapses the task ends by itself",
	}[kind]
}
