package spool

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
)

// Batch is the manifest of a day's letters in one file, FILE.pdf with FILE.json beside it. It counts when the manifest is there, and not before.
type Batch struct {
	On      calendar.Date `json:"on"`
	File    string        `json:"file"` // name of the PDF, beside the manifest
	Pages   int           `json:"pages"`
	Bytes   int           `json:"bytes"`
	SHA256  string        `json:"sha256"` // of the PDF, in hex
	Letters []BatchLetter `json:"letters"`
}

// BatchLetter is one letter of a batch.
type BatchLetter struct {
	Key       string   `json:"key"`
	FirstPage int      `json:"first_page"` // in the batch, from 1 on
	Pages     int      `json:"pages"`
	SHA256    string   `json:"sha256"` // of the letter alone, as in the day's manifest
	Address   []string `json:"address"`
}

// OtherBatchError says that a manifest has other letters already, which may be printed by now.
type OtherBatchError struct{ Manifest string }

func (e *OtherBatchError) Error() string {
	return fmt.Sprintf("%s has other letters, which may be printed already; right would be another file", e.Manifest)
}

// Manifest lists the letters of a day by key. A day without letters is empty, not an error.
func (s *Spool) Manifest(day calendar.Date) ([]Entry, error) {
	files, err := os.ReadDir(filepath.Join(s.dir, day.String())) // sorted by name
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list letters of %s: %w", day, err)
	}
	var entries []Entry
	for _, f := range files {
		if strings.HasPrefix(f.Name(), ".") || filepath.Ext(f.Name()) != ".json" {
			continue
		}
		e, err := readEntry(filepath.Join(s.dir, day.String(), f.Name()))
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Key, b.Key) })
	return entries, nil
}

// PDF reads a letter that a manifest lists, and refuses one that was changed since.
func (s *Spool) PDF(e Entry) ([]byte, error) {
	if !safeKey.MatchString(e.Key) {
		return nil, &ItemError{"key", "names no letter"}
	}
	pdf, err := os.ReadFile(filepath.Join(s.dir, e.On.String(), e.Key+".pdf"))
	if err != nil {
		return nil, fmt.Errorf("read letter %s: %w", e.Key, err)
	}
	if sum := sha256.Sum256(pdf); hex.EncodeToString(sum[:]) != e.SHA256 {
		return nil, fmt.Errorf("read letter %s: it is not the letter that the manifest lists; right would be the SHA-256 %s", e.Key, e.SHA256)
	}
	return pdf, nil
}

// Holds says whether a file is in the spool, where a manifest of a batch would be taken for that of a letter.
func (s *Spool) Holds(file string) (bool, error) {
	dir, err := filepath.Abs(s.dir)
	if err != nil {
		return false, fmt.Errorf("find spool: %w", err)
	}
	if file, err = filepath.Abs(file); err != nil {
		return false, fmt.Errorf("find file: %w", err)
	}
	inside, err := filepath.Rel(dir, file)
	return err == nil && filepath.IsLocal(inside), nil // what has no way from here to there is not inside
}

// ManifestOf is the name of the manifest of a batch.
func ManifestOf(file string) string { return strings.TrimSuffix(file, ".pdf") + ".json" }

// KeepBatch writes the batch of a selection, FILE.pdf and its manifest, and notes in the spool which letters it has. The same batch again changes
// nothing and is not fresh; other letters under a name that is taken are an *OtherBatchError.
//
// The note comes first: a process that is killed after it leaves a batch that was begun, which every other batch of the day is refused for until it
// is made again, the same letters under the same name. Killed before the note, it leaves nothing. So no letter is forgotten, and none is in two
// batches unless somebody asks for that.
func (s *Spool) KeepBatch(sel Selection, pdf []byte, b Batch) (kept Batch, fresh bool, err error) {
	sum := sha256.Sum256(pdf)
	b.File, b.Bytes, b.SHA256 = filepath.Base(sel.File), len(pdf), hex.EncodeToString(sum[:])
	before, err := ReadBatch(ManifestOf(sel.File))
	there := err == nil
	switch {
	case there && before.SHA256 != b.SHA256:
		return b, false, &OtherBatchError{ManifestOf(sel.File)}
	case !there && !errors.Is(err, fs.ErrNotExist):
		return b, false, err
	}
	if there {
		if still, err := sameFile(sel.File, sum); err != nil || !still {
			return b, false, errors.Join(err, &GoneError{sel.note})
		}
		if err := s.begin(&sel); err != nil {
			return b, false, err
		}
		return before, false, s.finish(sel)
	}
	return b, true, s.writeBatch(sel, pdf, b)
}

// sameFile says whether a file is there and has a SHA-256: a batch of which only the manifest is left was taken away, or is not what was made.
func sameFile(name string, sum [sha256.Size]byte) (bool, error) {
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && sha256.Sum256(data) == sum, err
}

// writeBatch writes the PDF aside before the note, so that what cannot be written is not begun, and the manifest last: the batch counts when it is there.
func (s *Spool) writeBatch(sel Selection, pdf []byte, b Batch) error {
	manifest, err := json.MarshalIndent(b, "", " ")
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	dir, key := filepath.Dir(sel.File), strings.TrimSuffix(filepath.Base(sel.File), ".pdf")
	aside, err := stage(dir, key, ".pdf", pdf)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(aside) }() // gone already when all went well
	if err := s.begin(&sel); err != nil {
		return err
	}
	if err := os.Rename(aside, sel.File); err != nil {
		return fmt.Errorf("name batch: %w", err)
	}
	if err := store(dir, key, ".json", append(manifest, '\n')); err != nil { // makes both names durable
		return err
	}
	return s.finish(sel)
}

// ReadBatch reads the manifest of a batch.
func ReadBatch(manifest string) (Batch, error) {
	data, err := os.ReadFile(manifest)
	if err != nil {
		return Batch{}, fmt.Errorf("read manifest of a batch: %w", err)
	}
	var b Batch
	if err := json.Unmarshal(data, &b); err != nil {
		return Batch{}, fmt.Errorf("read manifest of a batch %s: %w", manifest, err)
	}
	if b.File == "" || len(b.Letters) == 0 {
		return Batch{}, fmt.Errorf("read manifest of a batch %s: it lists no letters; right would be the .json beside a batch", manifest)
	}
	return b, nil
}
