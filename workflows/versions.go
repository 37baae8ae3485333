package workflows

// Changes of workflow code that running histories must survive, newest first. Each is one call of workflow.GetVersion and one line here;
// a line goes when no history of before it can be open any more. A chapter ends with its stage and with each year of debt monitoring (claimRun.chapterOver), but one before the
// court, on hold or waiting for a person lasts until something comes of that: ask the server which runs began before the change, and never go by the calendar.
const (
	heardFirst   = "heard-first"     // 1: who asks something is answered before what is due is done; before both were at once
	newsAtTheEnd = "news-at-the-end" // 1: what comes in while a run ends is read, as the claim may be open again; before it was dropped
)
