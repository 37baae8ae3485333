package workflows

// Changes of workflow code that running histories must survive, newest first. Each is one call of workflow.GetVersion and one line here;
// a line goes when no history of before it can be open any more (a chapter lasts at most a year, see claimRun.chapterOver).
//
// None yet.
