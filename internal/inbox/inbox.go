// Package inbox brings bank files in from a directory that it watches. It must not know what is in them: the store books statements, and a file is either
// imported or refused whole.
package inbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/postgres"
)

// StatementStore is the part of the store that an Inbox needs.
type StatementStore interface {
	ImportStatements(ctx context.Context, f postgres.StatementFile, by postgres.Actor) ([]postgres.Imported, error)
}

// Inbox is a directory in which bank files arrive. Each is imported once nobody writes to it, and then moved: to done/, or to refused/ with the reason in a
// text file beside it. Between the two a crash is harmless: the file is still there, and importing it again changes nothing.
type Inbox struct {
	Dir      string
	Quiet    time.Duration // for how long a file is unchanged until it is complete
	Accounts bank.Accounts
	Store    StatementStore
	Log      *slog.Logger
}

const (
	doneDir    = "done"
	refusedDir = "refused"
)

// unfinished are the names under which files are written that get another one when they are whole.
var unfinished = []string{".tmp", ".part", ".partial", ".filepart", ".crdownload", ".txt"}

// Run imports what arrives until ctx ends.
func (b *Inbox) Run(ctx context.Context) error {
	for {
		if err := b.Once(ctx, time.Now()); err != nil && ctx.Err() == nil {
			b.Log.Warn("inbox: will look again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(min(b.Quiet, time.Second)):
		}
	}
}

// Once imports the files that are complete at an instant, in the order of their names. One that cannot be imported now does not keep the others from it.
func (b *Inbox) Once(ctx context.Context, now time.Time) error {
	for _, dir := range []string{doneDir, refusedDir} {
		if err := os.MkdirAll(filepath.Join(b.Dir, dir), 0o750); err != nil {
			return fmt.Errorf("make %s of the inbox: %w", dir, err)
		}
	}
	files, err := os.ReadDir(b.Dir)
	if err != nil {
		return fmt.Errorf("read the inbox: %w", err)
	}
	var failed error
	for _, f := range files {
		if b.complete(f, now) {
			failed = errors.Join(failed, b.take(ctx, f.Name(), now))
		}
	}
	return failed
}

// complete says whether nobody writes to a file any more: it is unchanged for long enough, and nobody has it open for writing.
func (b *Inbox) complete(f fs.DirEntry, now time.Time) bool {
	if !f.Type().IsRegular() || strings.HasPrefix(f.Name(), ".") {
		return false
	}
	for _, suffix := range unfinished {
		if strings.HasSuffix(strings.ToLower(f.Name()), suffix) {
			return false
		}
	}
	info, err := f.Info()
	return err == nil && now.Sub(info.ModTime()) >= b.Quiet && !beingWritten(filepath.Join(b.Dir, f.Name()))
}

// take imports a file and moves it. A failure of the database leaves it where it is.
func (b *Inbox) take(ctx context.Context, name string, now time.Time) error {
	path := filepath.Join(b.Dir, name)
	open := func() (io.ReadCloser, error) { return os.Open(path) } //nolint:gosec // of the configured directory
	ctx = postgres.Queueing(ctx, func(h postgres.Holder) { b.Log.Info("inbox: a bank file waits", "file", name, "for", h.String()) })
	done, err := b.Store.ImportStatements(ctx, postgres.StatementFile{Name: name, Open: open, Accounts: b.Accounts}, postgres.Actor{Name: "inbox", At: now})
	var unread *bank.UnreadableError
	var not *bank.NotBookableError
	switch {
	case errors.As(err, &unread), errors.As(err, &not):
		b.Log.Error("inbox: a bank file is refused", "file", name)
		return b.move(name, refusedDir, err.Error())
	case errors.Is(err, fs.ErrNotExist): // another worker took it
		return nil
	case err != nil:
		return fmt.Errorf("import %s: %w", name, err)
	}
	for _, s := range done {
		if s.State == postgres.StatementHeld {
			b.Log.Error("inbox: a statement is held", "file", name, "statement", s.Key)
		}
	}
	return b.move(name, doneDir, "")
}

// move moves a file, with a reason beside it when there is one. A name that is there already gets a number.
func (b *Inbox) move(name, dir, reason string) error {
	to, extension := filepath.Join(b.Dir, dir, name), filepath.Ext(name)
	for n := 2; exists(to); n++ {
		to = filepath.Join(b.Dir, dir, fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, extension), n, extension))
	}
	if reason != "" {
		if err := os.WriteFile(to+".txt", []byte(reason+"\n"), 0o600); err != nil {
			return fmt.Errorf("write why %s is refused: %w", name, err)
		}
	}
	if err := os.Rename(filepath.Join(b.Dir, name), to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("move %s: %w", name, err)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
