package workflows

// Changes of workflow code that running histories must survive, newest first. Each is one call of workflow.GetVersion and one line here;
// a line goes when no history of before it can be open any more (a chapter lasts at most a year, see claimRun.chapterOver).
const (
	newsAtTheEnd = "news-at-the-end" // 1: what comes in while a run ends is read, as the claim may be open again; before it was dropped
)
