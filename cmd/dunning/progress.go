package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// terminal says whether w is one that a person looks at.
func terminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// progressLine tells how far something is: a bar on a terminal, a line every few seconds otherwise.
func progressLine(w io.Writer, what string) func(done, total int) {
	if terminal(w) {
		var bar *progressbar.ProgressBar
		return func(done, total int) {
			if bar == nil {
				bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what), progressbar.OptionSetWidth(40),
					progressbar.OptionShowCount(), progressbar.OptionSetElapsedTime(true), progressbar.OptionOnCompletion(func() { _, _ = fmt.Fprintln(w) }))
			}
			_ = bar.Set(done) // a bar that cannot be drawn is no reason to stop
		}
	}
	var last time.Time
	return func(done, total int) {
		if done < total && time.Since(last) < 5*time.Second {
			return
		}
		last = time.Now()
		_, _ = fmt.Fprintf(w, "%s: %d of %d\n", what, done, total)
	}
}
