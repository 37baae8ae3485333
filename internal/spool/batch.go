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
	return fmt.Sprintf("%s has other letters, which may be printed already; right would be another file, without the letters of that one", e.Manifest)
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

// KeepBatch writes a batch to file, which ends in .pdf, and its manifest. The same batch again changes nothing and is not fresh; other letters under
// a name that is taken are an *OtherBatchError. A process that is killed in between leaves a PDF without a manifest, which the next one replaces.
func KeepBatch(file string, pdf []byte, b Batch) (kept Batch, fresh bool, err error) {
	sum := sha256.Sum256(pdf)
	b.File, b.Bytes, b.SHA256 = filepath.Base(file), len(pdf), hex.EncodeToString(sum[:])
	before, err := ReadBatch(ManifestOf(file))
	if err == nil {
		if before.SHA256 != b.SHA256 {
			return b, false, &OtherBatchError{ManifestOf(file)}
		}
		return before, false, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return b, false, err
	}
	manifest, err := json.MarshalIndent(b, "", " ")
	if err != nil {
		return b, false, fmt.Errorf("write manifest: %w", err)
	}
	dir, key := filepath.Dir(file), strings.TrimSuffix(filepath.Base(file), ".pdf")
	if err := store(dir, key, ".pdf", pdf); err != nil {
		return b, false, err
	}
	return b, true, store(dir, key, ".json", append(manifest, '\n'))
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
