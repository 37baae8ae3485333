// Package spool puts letters for the post where the print shop fetches them: one directory per day, and for each letter a PDF and
// a manifest entry. It must not decide whether a letter may go out, and it never changes or removes a letter that is in a manifest.
//
//	<dir>/2026-12-03/<key>.pdf    the letter; the first rename decides the day
//	<dir>/2026-12-03/<key>.json   its line in the manifest; the letter counts when this exists, and not before
//
// Each file is written under a temporary name, synced and renamed, the PDF first. So a process killed between any two instructions
// leaves a letter that is in the manifest whole or not at all, and the next Put of the same key finishes it: there is nothing to repair.
// A Batch, the letters of a day in one file, is kept outside the spool in the same way; the spool notes which letters it has:
//
//	<dir>/2026-12-03/batched/0001.json   the first batch of the day, begun: its file and its letters
//	<dir>/2026-12-03/batched/0001.done   it is finished
package spool

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/incassocenter/dunning/internal/calendar"
)

// Only the owner reads what is in the spool: it is full of names and addresses.
const (
	dirMode  fs.FileMode = 0o700
	fileMode fs.FileMode = 0o600
)

// Item is one letter to print and post.
type Item struct {
	Key     string        // letter id, the natural key: letters, digits, dots, dashes and underscores
	PDF     []byte        // the whole letter
	Address []string      // the lines of the address window
	Pages   int           // printed pages, for the print shop's count
	On      calendar.Date // the day on which it is to be posted
}

// Entry is the manifest line of a letter.
type Entry struct {
	Key     string        `json:"key"`
	File    string        `json:"file"` // name of the PDF, beside the manifest
	On      calendar.Date `json:"on"`
	Pages   int           `json:"pages"`
	Bytes   int           `json:"bytes"`
	SHA256  string        `json:"sha256"` // of the PDF, in hex
	Address []string      `json:"address"`
}

// ItemError says why an item cannot be printed. It never contains the address.
type ItemError struct{ Field, Problem string }

func (e *ItemError) Error() string {
	return fmt.Sprintf("check letter to print: %s %s", e.Field, e.Problem)
}

// ConflictError says that the manifest already has another letter under this key. Trying again cannot help.
type ConflictError struct{ Key string }

func (e *ConflictError) Error() string {
	return fmt.Sprintf("spool letter %s: the manifest has another letter under this key", e.Key)
}

// Spool is a directory of letters. It is safe for use by many goroutines; several processes may share the directory as long as they
// put the same letter under the same key, which a register with a unique key sees to.
type Spool struct {
	dir string
	mu  sync.Mutex
}

// Open makes the directory when it is not there.
func Open(dir string) (*Spool, error) {
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return nil, fmt.Errorf("make spool: %w", err)
	}
	return &Spool{dir: dir}, nil
}

// Put makes the letter durable and gives its manifest line. The same letter again gives the same line and changes nothing, also when
// On differs by then: the first day stays. It returns *ItemError or *ConflictError where a retry cannot help. A crash leaves at most a
// temporary file, which no manifest lists and which the next Put of this key removes.
func (s *Spool) Put(ctx context.Context, item Item) (Entry, error) {
	if err := item.check(); err != nil {
		return Entry{}, err
	}
	if err := ctx.Err(); err != nil {
		return Entry{}, fmt.Errorf("spool letter %s: %w", item.Key, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.put(item)
	if conflict := (*ConflictError)(nil); err != nil && !errors.As(err, &conflict) {
		err = fmt.Errorf("spool letter %s: %w", item.Key, err)
	}
	return e, err
}

func (s *Spool) put(item Item) (Entry, error) {
	day, err := s.dayOf(item)
	if err != nil {
		return Entry{}, err
	}
	sum := sha256.Sum256(item.PDF)
	want := Entry{
		Key: item.Key, File: item.Key + ".pdf", On: day, Pages: item.Pages, Bytes: len(item.PDF),
		SHA256: hex.EncodeToString(sum[:]), Address: slices.Clone(item.Address),
	}
	dir := filepath.Join(s.dir, day.String())
	if have, err := readEntry(filepath.Join(dir, item.Key+".json")); err == nil {
		if !have.equal(want) {
			return Entry{}, &ConflictError{item.Key}
		}
		return have, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return Entry{}, err
	}
	line, err := json.Marshal(want)
	if err != nil {
		return Entry{}, fmt.Errorf("write manifest line: %w", err)
	}
	if err := makeDir(s.dir, dir); err != nil {
		return Entry{}, err
	}
	if err := store(dir, item.Key, ".pdf", item.PDF); err != nil {
		return Entry{}, err
	}
	if err := store(dir, item.Key, ".json", append(line, '\n')); err != nil {
		return Entry{}, err
	}
	return want, sweep(dir, item.Key)
}

// Has says whether the manifest of some day lists a letter: from then on it counts as handed to the print shop.
func (s *Spool) Has(key string) (bool, error) {
	if !safeKey.MatchString(key) {
		return false, &ItemError{"key", "names no letter"}
	}
	found, err := filepath.Glob(filepath.Join(escape(s.dir), "[0-9]*-[0-9]*-[0-9]*", key+".json"))
	if err != nil {
		return false, fmt.Errorf("look for letter: %w", err)
	}
	return len(found) > 0, nil
}

// dayOf is the day under which the key is already filed, else the day asked for. The PDF decides: it is the first to be there.
func (s *Spool) dayOf(item Item) (calendar.Date, error) {
	found, err := filepath.Glob(filepath.Join(escape(s.dir), "[0-9]*-[0-9]*-[0-9]*", item.Key+".pdf"))
	if err != nil {
		return calendar.Date{}, fmt.Errorf("look for letter: %w", err)
	}
	if len(found) == 0 {
		return item.On, nil
	}
	day, err := calendar.ParseDate(filepath.Base(filepath.Dir(found[0])))
	if err != nil {
		return calendar.Date{}, fmt.Errorf("look for letter: %w", err)
	}
	return day, nil
}

// safeKey keeps a key inside its directory and out of the way of temporary files, which begin with a dot.
var safeKey = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

func (i Item) check() error {
	switch {
	case !safeKey.MatchString(i.Key):
		return &ItemError{"key", "is not 1 to 100 letters, digits, dots, dashes and underscores, a letter or digit first"}
	case !strings.HasPrefix(string(i.PDF[:min(len(i.PDF), 5)]), "%PDF-"):
		return &ItemError{"file", "is not a PDF"}
	case i.Pages < 1:
		return &ItemError{"pages", "is less than 1"}
	case i.On.IsZero():
		return &ItemError{"day", "is missing"}
	case len(i.Address) < 2:
		return &ItemError{"address", "has fewer than 2 lines"}
	}
	return nil
}

// equal leaves out the day: the first one stays.
func (e Entry) equal(o Entry) bool {
	return e.Key == o.Key && e.SHA256 == o.SHA256 && e.Pages == o.Pages && slices.Equal(e.Address, o.Address)
}
