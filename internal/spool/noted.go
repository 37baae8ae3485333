package spool

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
)

// Note is what the spool knows of a batch: it is there before the batch is, so that no other one takes its letters.
type Note struct {
	File string   `json:"file"` // the PDF, from the root of the file system
	Keys []string `json:"keys"` // its letters
	Done bool     `json:"-"`    // whether PDF and manifest were written
	name string
}

// UnfinishedError says that a batch was begun, and that nobody knows whether it is there.
type UnfinishedError struct{ Note Note }

func (e *UnfinishedError) Error() string {
	return fmt.Sprintf("the batch %s of %d letters was begun and not finished; right would be to make that one again first", e.Note.File, len(e.Note.Keys))
}

// GoneError says that a batch was finished and taken away, likely to be printed.
type GoneError struct{ Note Note }

func (e *GoneError) Error() string {
	return fmt.Sprintf("%s was made already, with %d letters, and is not there any more: they may be printed; right would be another file for the letters that came since", e.Note.File, len(e.Note.Keys))
}

// AtOnceError says that somebody else began a batch of the day at the same moment.
type AtOnceError struct{ On calendar.Date }

func (e *AtOnceError) Error() string {
	return fmt.Sprintf("another batch of %s was begun at the same moment; right would be to try again", e.On)
}

// Selection is which letters of a day go into a batch.
type Selection struct {
	On      calendar.Date
	File    string  // of the batch, from the root of the file system
	Letters []Entry // by key
	Earlier []Note  // finished batches of the day under another name, which have the letters that are left out
	LeftOut int     // letters that earlier batches have
	Since   int     // letters that came after this batch: another one must have them
	note    Note    // of this batch; without a name when it is new
	next    string  // the name of a new note
}

// Select says which letters of a day go into the batch of a file: those that no batch has, or those that this one had before; all of them when
// it is asked for again. It is an *UnfinishedError when another batch was begun that may be nowhere, and a *GoneError when this one was taken away.
func (s *Spool) Select(day calendar.Date, file string, again bool) (Selection, error) {
	sel := Selection{On: day}
	var err error
	if sel.File, err = filepath.Abs(file); err != nil {
		return sel, fmt.Errorf("find file: %w", err)
	}
	entries, err := s.Manifest(day)
	if err != nil {
		return sel, err
	}
	notes, err := s.notes(day)
	if err != nil {
		return sel, err
	}
	sel.next = fmt.Sprintf("%04d", len(notes)+1)
	for _, n := range notes {
		if n.File == sel.File && (!again || slices.Equal(n.Keys, keysOf(entries))) {
			sel.note = n
		}
		if n.File != sel.File && n.Done {
			sel.Earlier = append(sel.Earlier, n)
		}
	}
	switch {
	case again:
		sel.Letters = entries
		return sel, nil
	case sel.note.name == "":
		return sel, sel.rest(entries, notes)
	}
	return sel, sel.repeat(entries, notes)
}

// rest selects what no finished batch has. The letters of one that was not finished are neither left out nor put into a second one.
func (sel *Selection) rest(entries []Entry, notes []Note) error {
	taken := takenBy(notes, func(n Note) bool { return n.Done })
	for _, n := range notes {
		if slices.ContainsFunc(n.Keys, func(key string) bool { return !taken[key] }) {
			return &UnfinishedError{n}
		}
	}
	sel.Letters = slices.DeleteFunc(entries, func(e Entry) bool { return taken[e.Key] })
	sel.LeftOut = len(taken)
	return nil
}

// repeat selects what the batch had before.
func (sel *Selection) repeat(entries []Entry, notes []Note) error {
	if _, err := os.Stat(ManifestOf(sel.File)); sel.note.Done && errors.Is(err, fs.ErrNotExist) {
		return &GoneError{sel.note}
	}
	own, taken := takenBy([]Note{sel.note}, func(Note) bool { return true }), takenBy(notes, func(Note) bool { return true })
	for _, e := range entries {
		switch {
		case own[e.Key]:
			sel.Letters = append(sel.Letters, e)
		case taken[e.Key]:
			sel.LeftOut++
		default:
			sel.Since++
		}
	}
	return nil
}

func takenBy(notes []Note, counts func(Note) bool) map[string]bool {
	taken := map[string]bool{}
	for _, n := range notes {
		for _, key := range n.Keys {
			if counts(n) {
				taken[key] = true
			}
		}
	}
	return taken
}

func keysOf(entries []Entry) []string {
	keys := make([]string, len(entries))
	for i, e := range entries {
		keys[i] = e.Key
	}
	return keys
}

// notes lists the batches of a day in the order in which they were begun.
func (s *Spool) notes(day calendar.Date) ([]Note, error) {
	var notes []Note
	for {
		n := Note{name: fmt.Sprintf("%04d", len(notes)+1)}
		path := filepath.Join(s.batched(day), n.name)
		data, err := os.ReadFile(path + ".json")
		if errors.Is(err, fs.ErrNotExist) {
			return notes, nil
		}
		if err == nil {
			err = json.Unmarshal(data, &n)
		}
		if err != nil {
			return nil, fmt.Errorf("read note of batch %s: %w", path, err)
		}
		_, err = os.Stat(path + ".done")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read note of batch: %w", err)
		}
		n.Done = err == nil
		notes = append(notes, n)
	}
}

func (s *Spool) batched(day calendar.Date) string {
	return filepath.Join(s.dir, day.String(), "batched")
}

// begin notes a new batch under the next number, which one process alone can take: whoever selected letters at the same moment is refused.
func (s *Spool) begin(sel *Selection) error {
	if sel.note.name != "" {
		return nil
	}
	note := Note{File: sel.File, Keys: keysOf(sel.Letters), name: sel.next}
	line, err := json.Marshal(note)
	if err != nil {
		return fmt.Errorf("note batch: %w", err)
	}
	dir := s.batched(sel.On)
	if err := makeDir(filepath.Dir(dir), dir); err != nil {
		return err
	}
	switch err := storeNew(dir, note.name, ".json", append(line, '\n')); {
	case errors.Is(err, fs.ErrExist):
		return &AtOnceError{sel.On}
	case err != nil:
		return err
	}
	sel.note = note
	return nil
}

func (s *Spool) finish(sel Selection) error {
	if sel.note.Done {
		return nil
	}
	dir := s.batched(sel.On)
	if err := store(dir, sel.note.name, ".done", nil); err != nil {
		return err
	}
	return sweep(dir, sel.note.name)
}
