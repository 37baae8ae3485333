package spool_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/internal/spool"
)

// selected says the letters of a selection, and how many are not in it.
func selected(t *testing.T, s *spool.Spool, file string, again bool) (keys string, leftOut, since int) {
	t.Helper()
	sel, err := s.Select(day, file, again)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range sel.Letters {
		keys += l.Key + " "
	}
	return strings.TrimSpace(keys), sel.LeftOut, sel.Since
}

func TestALetterIsInOneBatch(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	put(t, s, letter("b2"))
	morning, evening := filepath.Join(t.TempDir(), "morning.pdf"), filepath.Join(t.TempDir(), "evening.pdf")
	if _, _, err := keep(t, s, morning, "%PDF-1.7 one"); err != nil {
		t.Fatal(err)
	}
	put(t, s, letter("a1"))
	for _, c := range []struct {
		file           string
		again          bool
		want           string
		leftOut, since int
	}{
		{morning, false, "b2", 0, 1}, {evening, false, "a1", 1, 0}, {evening, true, "a1 b2", 0, 0}, {morning, true, "a1 b2", 0, 0},
	} {
		if got, leftOut, since := selected(t, s, c.file, c.again); got != c.want || leftOut != c.leftOut || since != c.since {
			t.Errorf("%s, again %v: %s, %d left out, %d since", filepath.Base(c.file), c.again, got, leftOut, since)
		}
	}
	want := map[string]string{".": "drwx------", "0001.json": "-rw-------", "0001.done": "-rw-------"}
	if diff := cmp.Diff(want, files(t, filepath.Join(dir, "2026-12-03", "batched"))); diff != "" {
		t.Error(diff)
	}
}

// What is there when the process is killed after each step of a batch: other batches of the day wait until the same one is made again.
func TestABatchKilledInBetween(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story string
		lost  []string // what was not written yet
		waits bool
		fresh bool // whether the batch is written by the second try
	}{
		{"before the note", []string{"0001.json", "0001.done", "out.pdf", "out.json"}, false, true},
		{"after the note", []string{"0001.done", "out.pdf", "out.json"}, true, true},
		{"after the PDF", []string{"0001.done", "out.json"}, true, true},
		{"after the manifest", []string{"0001.done"}, true, false},
		{"at the end", nil, false, false},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			s, dir := open(t)
			put(t, s, letter("a1"))
			file := filepath.Join(t.TempDir(), "out.pdf")
			if _, _, err := keep(t, s, file, "%PDF-1.7 all"); err != nil {
				t.Fatal(err)
			}
			for _, name := range c.lost {
				for _, from := range []string{filepath.Dir(file), filepath.Join(dir, "2026-12-03", "batched")} {
					_ = os.Remove(filepath.Join(from, name)) // it is in one of the two
				}
			}
			other := filepath.Join(t.TempDir(), "other.pdf")
			var unfinished *spool.UnfinishedError
			if _, err := s.Select(day, other, false); errors.As(err, &unfinished) != c.waits || c.waits && unfinished.Note.File != file {
				t.Errorf("another batch: %v", err)
			}
			if b, fresh, err := keep(t, s, file, "%PDF-1.7 all"); err != nil || fresh != c.fresh || b.Bytes != 12 {
				t.Errorf("%+v, fresh %v, %v", b, fresh, err)
			}
			if keys, leftOut, _ := selected(t, s, other, false); keys != "" || leftOut != 1 {
				t.Errorf("afterwards another batch has %q, %d left out", keys, leftOut)
			}
		})
	}
}

// Who asks for all letters again need not finish what was begun: the letters of that one are in a finished batch then.
func TestAllLettersAgainMakeGoodForABatchThatWasNotFinished(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	put(t, s, letter("a1"))
	if _, _, err := keep(t, s, filepath.Join(t.TempDir(), "out.pdf"), "%PDF-1.7 all"); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "2026-12-03", "batched", "0001.done")); err != nil {
		t.Fatal(err)
	}
	all := filepath.Join(t.TempDir(), "all.pdf")
	sel, err := s.Select(day, all, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, fresh, err := s.KeepBatch(sel, []byte("%PDF-1.7 all"), oneInAll()); err != nil || !fresh {
		t.Fatal(fresh, err)
	}
	if keys, leftOut, _ := selected(t, s, filepath.Join(t.TempDir(), "later.pdf"), false); keys != "" || leftOut != 1 {
		t.Errorf("a later batch has %q, %d left out", keys, leftOut)
	}
}

func TestTwoBatchesAtTheSameMoment(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	put(t, s, letter("a1"))
	one, err := s.Select(day, filepath.Join(t.TempDir(), "one.pdf"), false)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := keep(t, s, filepath.Join(t.TempDir(), "two.pdf"), "%PDF-1.7 all"); err != nil {
		t.Fatal(err)
	}
	var atOnce *spool.AtOnceError
	if _, _, err := s.KeepBatch(one, []byte("%PDF-1.7 all"), oneInAll()); !errors.As(err, &atOnce) || len(files(t, filepath.Dir(one.File))) != 1 {
		t.Errorf("%v, %v", err, files(t, filepath.Dir(one.File)))
	}
}

func TestABatchThatCannotBeWrittenIsNotBegun(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	put(t, s, letter("a1"))
	if _, _, err := keep(t, s, filepath.Join(t.TempDir(), "nowhere", "out.pdf"), "%PDF-1.7 all"); err == nil {
		t.Fatal("it was written")
	}
	if keys, leftOut, _ := selected(t, s, filepath.Join(t.TempDir(), "out.pdf"), false); keys != "a1" || leftOut != 0 {
		t.Errorf("then a batch has %q, %d left out", keys, leftOut)
	}
}
