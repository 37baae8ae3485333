package spool_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/spool"
)

var (
	day  = calendar.MustParseDate("2026-12-03")
	next = calendar.MustParseDate("2026-12-04")
)

func letter(key string) spool.Item {
	return spool.Item{Key: key, PDF: []byte("%PDF-1.7 letter " + key), Address: []string{"J. de Vries", "Dorpsstraat 1", "1234 AB  ONS DORP"}, Pages: 2, On: day}
}

func open(t *testing.T) (*spool.Spool, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "post [1]") // a directory may have characters that mean something in a pattern
	s, err := spool.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func put(t *testing.T, s *spool.Spool, item spool.Item) spool.Entry {
	t.Helper()
	e, err := s.Put(t.Context(), item)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// files lists everything under dir, directories with a slash, with its mode.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		found[name] = info.Mode().String()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var oneLetter = map[string]string{
	".": "drwx------", "2026-12-03": "drwx------", "2026-12-03/a1.pdf": "-rw-------", "2026-12-03/a1.json": "-rw-------",
}

func TestPutTwiceIsPutOnce(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	first := put(t, s, letter("a1"))
	second := put(t, s, letter("a1"))
	later := letter("a1")
	later.On = next
	third := put(t, s, later)
	if diff := cmp.Diff([]spool.Entry{first, first}, []spool.Entry{second, third}, cmp.Comparer(func(a, b calendar.Date) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(oneLetter, files(t, dir)); diff != "" {
		t.Error(diff)
	}
	manifest, err := s.Manifest(day)
	if err != nil || len(manifest) != 1 || manifest[0].SHA256 != first.SHA256 || manifest[0].On != day || manifest[0].Address[0] != "J. de Vries" {
		t.Errorf("%+v %v", manifest, err)
	}
}

// What is on disk when the process is killed after each step of Put; a second Put must leave exactly one letter, once.
func TestKilledInBetween(t *testing.T) {
	t.Parallel()
	at := func(dir, name string) string { return filepath.Join(dir, "2026-12-03", name) }
	steps := []struct {
		story  string
		kill   func(t *testing.T, dir string)
		listed int // letters in the manifest before the second Put
	}{
		{"before anything", func(*testing.T, string) {}, 0},
		{"after the directory", func(t *testing.T, dir string) { mkdir(t, at(dir, "")) }, 0},
		{"in the middle of the PDF", func(t *testing.T, dir string) { write(t, at(dir, ".a1.pdf.123.tmp"), "%PDF-1.7 let") }, 0},
		{"before the PDF is renamed", func(t *testing.T, dir string) { write(t, at(dir, ".a1.pdf.123.tmp"), "%PDF-1.7 letter a1") }, 0},
		{"after the PDF is renamed", func(t *testing.T, dir string) { write(t, at(dir, "a1.pdf"), "%PDF-1.7 letter a1") }, 0},
		{"after the PDF of an older build", func(t *testing.T, dir string) { write(t, at(dir, "a1.pdf"), "%PDF-1.6 the same letter") }, 0},
		{"in the middle of the manifest line", func(t *testing.T, dir string) {
			write(t, at(dir, "a1.pdf"), "%PDF-1.7 letter a1")
			write(t, at(dir, ".a1.json.9.tmp"), `{"key":"a`)
		}, 0},
		{"after the manifest line", func(t *testing.T, dir string) {
			s, err := spool.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			put(t, s, letter("a1"))
		}, 1},
	}
	for _, c := range steps {
		for _, on := range []calendar.Date{day, next} { // tried again the same day, or after midnight
			t.Run(fmt.Sprintf("%s, again on %s", c.story, on), func(t *testing.T) {
				t.Parallel()
				s, dir := open(t)
				c.kill(t, dir)
				if before, err := s.Manifest(day); err != nil || len(before) != c.listed {
					t.Fatalf("before: %v %v", before, err)
				}
				if has, err := s.Has("a1"); err != nil || has != (c.listed == 1) {
					t.Errorf("has %v %v", has, err)
				}
				item := letter("a1")
				item.On = on
				e := put(t, s, item)
				if again := put(t, s, item); again.On != e.On {
					t.Error("the day moved")
				}
				checkOnce(t, s, dir, e)
			})
		}
	}
}

func checkOnce(t *testing.T, s *spool.Spool, dir string, e spool.Entry) {
	t.Helper()
	listed := 0
	for _, on := range []calendar.Date{day, next} {
		manifest, err := s.Manifest(on)
		if err != nil {
			t.Fatal(err)
		}
		listed += len(manifest)
	}
	pdfs, _ := filepath.Glob(filepath.Join(strings.ReplaceAll(dir, "[", `\[`), "*", "*.pdf"))
	if listed != 1 || len(pdfs) != 1 {
		t.Errorf("%d lines, files %v", listed, pdfs)
	}
	content, err := os.ReadFile(filepath.Join(dir, e.On.String(), e.File))
	if err != nil || string(content) != string(letter("a1").PDF) {
		t.Errorf("%q %v", content, err)
	}
}

func TestLeftoversOfAKilledAttemptGo(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	write(t, filepath.Join(dir, "2026-12-03", ".a1.pdf.123.tmp"), "%PDF-1.7 let")
	write(t, filepath.Join(dir, "2026-12-03", ".a1.json.4.tmp"), "{")
	put(t, s, letter("a1"))
	if diff := cmp.Diff(oneLetter, files(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestAnotherLetterUnderTheSameKeyIsRefused(t *testing.T) {
	t.Parallel()
	for story, change := range map[string]func(*spool.Item){
		"other text":    func(i *spool.Item) { i.PDF = []byte("%PDF-1.7 other") },
		"other address": func(i *spool.Item) { i.Address = []string{"E. Indringer", "Elders 2"} },
		"other length":  func(i *spool.Item) { i.Pages = 9 },
	} {
		t.Run(story, func(t *testing.T) {
			t.Parallel()
			s, _ := open(t)
			first := put(t, s, letter("a1"))
			other := letter("a1")
			change(&other)
			var conflict *spool.ConflictError
			if _, err := s.Put(t.Context(), other); !errors.As(err, &conflict) || strings.Contains(err.Error(), "Indringer") {
				t.Errorf("got %v", err)
			}
			if manifest, err := s.Manifest(day); err != nil || len(manifest) != 1 || manifest[0].SHA256 != first.SHA256 {
				t.Errorf("%v %v", manifest, err)
			}
		})
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			if _, err := s.Put(context.Background(), letter(fmt.Sprintf("k%02d", i%20))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	manifest, err := s.Manifest(day)
	if err != nil || len(manifest) != 20 || manifest[0].Key != "k00" || manifest[19].Key != "k19" {
		t.Errorf("%d lines %v", len(manifest), err)
	}
	if n := len(files(t, dir)); n != 2+40 {
		t.Errorf("%d files", n)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	for _, c := range []struct {
		story, field string
		change       func(*spool.Item)
	}{
		{"out of the directory", "key", func(i *spool.Item) { i.Key = "../a1" }},
		{"absolute", "key", func(i *spool.Item) { i.Key = "/etc/passwd" }},
		{"hidden", "key", func(i *spool.Item) { i.Key = ".a1" }},
		{"a pattern", "key", func(i *spool.Item) { i.Key = "a*" }},
		{"no key", "key", func(i *spool.Item) { i.Key = "" }},
		{"not a PDF", "file", func(i *spool.Item) { i.PDF = []byte("<html>") }},
		{"no file", "file", func(i *spool.Item) { i.PDF = nil }},
		{"no pages", "pages", func(i *spool.Item) { i.Pages = 0 }},
		{"no day", "day", func(i *spool.Item) { i.On = calendar.Date{} }},
		{"no address", "address", func(i *spool.Item) { i.Address = nil }},
	} {
		item := letter("a1")
		c.change(&item)
		var bad *spool.ItemError
		if _, err := s.Put(t.Context(), item); !errors.As(err, &bad) || bad.Field != c.field {
			t.Errorf("%s: %v", c.story, err)
		}
	}
	if n := len(files(t, dir)); n != 1 {
		t.Errorf("%d files were made", n)
	}
	if manifest, err := s.Manifest(day); err != nil || len(manifest) != 0 {
		t.Errorf("a day without letters: %v %v", manifest, err)
	}
}

func mkdir(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	mkdir(t, filepath.Dir(path))
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkPut(b *testing.B) {
	s, err := spool.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	pdf := append([]byte("%PDF-1.7"), make([]byte, 30_000)...)
	for i := 0; b.Loop(); i++ {
		item := letter(fmt.Sprint("k", i))
		item.PDF = pdf
		if _, err := s.Put(b.Context(), item); err != nil {
			b.Fatal(err)
		}
	}
}
