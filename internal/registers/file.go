package registers

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// File answers from a file, or from every *.csv of a directory, that an operator or a script fills. It is read anew for each question.
type File struct{ path string }

// OpenFile reads the file, or the directory, once, so that what is wrong with it is known at the start.
func OpenFile(path string) (*File, error) {
	f := &File{path}
	_, err := f.read()
	return f, err
}

// Region is where the program itself runs: nothing leaves it.
func (f *File) Region() Region { return EU }

// Ask gives the newest line about the subject of a day up to and including on; without one the register knows of nothing.
func (f *File) Ask(_ context.Context, register claim.Register, subject string, on calendar.Date) (Answer, error) {
	list, err := f.read()
	if err != nil {
		return Answer{}, err
	}
	return answer(list, register, subject, on), nil
}

func (f *File) read() (list []entry, err error) {
	names := []string{f.path}
	if info, err := os.Stat(f.path); err == nil && info.IsDir() {
		if names, err = filepath.Glob(filepath.Join(f.path, "*.csv")); err != nil {
			return nil, fmt.Errorf("list %s: %w", f.path, err)
		}
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read answers of registers: %w", err)
		}
		entries, err := parse(filepath.Base(name), string(text))
		if err != nil {
			return nil, err
		}
		list = append(list, entries...)
	}
	return list, nil
}
