package papers_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/papers"
)

// invoice is a PDF of two pages as a browser prints it, with a link.
func invoice(t *testing.T) []byte {
	t.Helper()
	file, err := os.ReadFile("testdata/invoice.pdf")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// changed is that PDF after a change by the library.
func changed(t *testing.T, change func(*bytes.Reader, *bytes.Buffer, *model.Configuration) error) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := change(bytes.NewReader(invoice(t)), &out, model.NewDefaultConfiguration()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func locked(t *testing.T, password string) []byte {
	return changed(t, func(in *bytes.Reader, out *bytes.Buffer, conf *model.Configuration) error {
		conf.UserPW, conf.OwnerPW = password, "owner"
		return api.Encrypt(in, out, conf)
	})
}

func noted(t *testing.T) []byte {
	return changed(t, func(in *bytes.Reader, out *bytes.Buffer, conf *model.Configuration) error {
		note := model.NewTextAnnotation(*types.NewRectangle(100, 100, 200, 200), 0, "a note", "n1", "", 0, nil, "", nil, nil, "", "", 0, 0, 0, true, "Comment")
		return api.AddAnnotations(in, out, []string{"2"}, note, conf)
	})
}

func photo(t *testing.T, encode func(*bytes.Buffer, image.Image) error) []byte {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, 40, 20))
	p.Set(3, 3, color.White)
	var out bytes.Buffer
	if err := encode(&out, p); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWhatADocumentIs(t *testing.T) {
	t.Parallel()
	asPNG := photo(t, func(out *bytes.Buffer, p image.Image) error { return png.Encode(out, p) })
	asJPEG := photo(t, func(out *bytes.Buffer, p image.Image) error { return jpeg.Encode(out, p, nil) })
	for _, c := range []struct{ story, content, want string }{
		{"a PDF of a browser", string(invoice(t)), "application/pdf"},
		{"a PNG", string(asPNG), "image/png"},
		{"a JPEG", string(asJPEG), "image/jpeg"},
		{"a text", "Geachte Łódź,\r\n\tbedankt.\n", "text/plain"},
		{"nothing", "", "is empty; right would be"},
		{"too much", strings.Repeat("x", claim.MostOfDocument+1), "has 10485761 bytes; right would be at most 10485760"},
		{"a page of the web", "<!DOCTYPE html><html>", "is text/html; right would be a PDF"},
		{"an archive", "PK\x03\x04 and so on", "is application/zip; right would be a PDF"},
		{"a text of old Windows", "caf\xe9", "bytes that are not UTF-8"},
		{"a text that cannot be printed", "one\ntwo \u4e2d", "has character U+4E2D in line 2, which cannot be printed"},
		{"half a PNG", string(asPNG[:40]), "cannot be read"},
		{"half a PDF", string(invoice(t)[:9000]), "has no end: a part of it is missing"},
		{"a PDF with a password", string(locked(t, "secret")), "without a password"},
		{"a PDF that only its owner may change", string(locked(t, "")), "is locked with a password"},
		{"a PDF with a note on it", string(noted(t)), "page 2: has a field of a form, a note or a stamp"},
	} {
		got, err := papers.Look([]byte(c.content))
		if said := string(got); (err != nil && !strings.Contains(err.Error(), c.want)) || err == nil && said != c.want {
			t.Errorf("%s: %q, %v, want %q", c.story, said, err, c.want)
		}
	}
}

// The pages are there with their size as they are read; the same file gives the same objects.
func TestThePagesOfAPDF(t *testing.T) {
	t.Parallel()
	turned := func(degrees int) []byte {
		return changed(t, func(in *bytes.Reader, out *bytes.Buffer, conf *model.Configuration) error {
			return api.Rotate(in, out, degrees, []string{"2"}, conf)
		})
	}
	for _, c := range []struct {
		story         string
		file          []byte
		width, height float64 // of the second page
	}{
		{"as it is", invoice(t), 612, 792}, {"a quarter", turned(90), 792, 612}, {"a half", turned(180), 612, 792}, {"three quarters", turned(270), 792, 612},
	} {
		is, err := papers.Read(claim.PDF, c.file)
		if err != nil || len(is.Drawing.Pages) != 2 {
			t.Fatalf("%s: %+v, %v", c.story, is, err)
		}
		if p := is.Drawing.Pages[1]; math.Abs(p.Width-c.width) > 0.5 || math.Abs(p.Height-c.height) > 0.5 {
			t.Errorf("%s: %v x %v", c.story, p.Width, p.Height)
		}
		if again, err := papers.Read(claim.PDF, c.file); err != nil || !reflect.DeepEqual(is, again) {
			t.Errorf("%s: read twice it is another", c.story)
		}
	}
}

// A file from anybody is read: whatever it is, it is refused or read, and nothing else.
func FuzzLook(f *testing.F) {
	file, err := os.ReadFile("testdata/invoice.pdf")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add([]byte("%PDF-1.4\n"))
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		media, err := papers.Look(content)
		if err != nil {
			return
		}
		if is, err := papers.Read(media, content); err != nil || reflect.DeepEqual(is, letter.Enclosed{}) && strings.TrimSpace(string(content)) != "" {
			t.Errorf("%s: %v", media, err)
		}
	})
}
