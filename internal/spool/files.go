package spool

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// store writes <key><ext> so that it is there whole and for good, or not at all. Syncing the directory keeps the order of the two
// renames of a letter over a power failure too.
func store(dir, key, ext string, content []byte) error {
	return place(dir, key, ext, content, os.Rename)
}

// storeNew is store for a name that nobody has taken; else the error is fs.ErrExist.
func storeNew(dir, key, ext string, content []byte) error {
	return place(dir, key, ext, content, os.Link)
}

func place(dir, key, ext string, content []byte, name func(from, to string) error) error {
	tmp, err := stage(dir, key, ext, content)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp) }() // gone already when it was renamed
	if err := name(tmp, filepath.Join(dir, key+ext)); err != nil {
		return fmt.Errorf("name %s: %w", ext, err)
	}
	return syncDir(dir)
}

// stage writes content durably under a temporary name.
func stage(dir, key, ext string, content []byte) (name string, err error) {
	tmp, err := os.CreateTemp(dir, "."+key+ext+".*.tmp") // made with 0600
	if err != nil {
		return "", fmt.Errorf("make temporary file: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	if _, err := tmp.Write(content); err != nil {
		return "", errors.Join(fmt.Errorf("write %s: %w", ext, err), tmp.Close())
	}
	if err := tmp.Sync(); err != nil {
		return "", errors.Join(fmt.Errorf("sync %s: %w", ext, err), tmp.Close())
	}
	if err := tmp.Close(); err != nil {
		return "", fmt.Errorf("close %s: %w", ext, err)
	}
	return tmp.Name(), nil
}

// makeDir makes the directory of a day durably.
func makeDir(root, dir string) error {
	switch err := os.Mkdir(dir, dirMode); {
	case errors.Is(err, fs.ErrExist):
		return nil
	case err != nil:
		return fmt.Errorf("make directory: %w", err)
	}
	return syncDir(root)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open directory: %w", err)
	}
	defer func() { _ = d.Close() }() // only read
	if err := d.Sync(); err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	return nil
}

// sweep removes what a killed attempt at this letter left: a temporary file holds a name and an address too.
// Should another process be writing the same letter, its rename fails, it tries again and finds the letter there.
func sweep(dir, key string) error {
	for _, ext := range []string{".pdf", ".json"} {
		left, err := filepath.Glob(filepath.Join(escape(dir), "."+key+ext+".*.tmp"))
		if err != nil {
			return fmt.Errorf("look for temporary files: %w", err)
		}
		for _, name := range left {
			if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("remove temporary file: %w", err)
			}
		}
	}
	return nil
}

// escape makes a directory literal in a pattern; keys have no characters that mean anything there.
func escape(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

func readEntry(path string) (Entry, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Entry{}, fmt.Errorf("read manifest line: %w", err)
	}
	var e Entry
	if err := json.Unmarshal(b, &e); err != nil {
		return Entry{}, fmt.Errorf("read manifest line %s: %w", filepath.Base(path), err)
	}
	return e, nil
}
