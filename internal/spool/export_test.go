package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
)

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
