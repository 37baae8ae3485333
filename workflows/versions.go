package workflows

// Changes of workflow code that running histories must survive, newest first. Each is one call of workflow.GetVersion and one line here;
// a line goes when no history of before it can be open any more. A chapter lasts until something is done (claimRun.chapterOver): ask the server which runs began
// before the change, and never go by the calendar.
const (
	leanWake     = "lean-wake"       // 1: a woken run reads its facts within its task and keeps a timer whose moment did not change; before an activity read, and each wake set a new timer. Runs that are started since ClaimInput.Lean do not ask
	inTurn       = "in-turn"         // 1: a wish waits for those that were told before it; before all that waited were recorded at once, in any order
	heardFirst   = "heard-first"     // 1: who asks something is answered before what is due is done; before both were at once
	newsAtTheEnd = "news-at-the-end" // 1: what comes in while a run ends is read, as the claim may be open again; before it was dropped
)
