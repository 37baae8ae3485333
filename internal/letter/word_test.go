package letter_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/letter"
)

// wordParts reads a Word document as a stranger's program does: a package of XML parts.
func wordParts(t *testing.T, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		part, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(part)
	}
	return parts
}

// wordWords are the words of a document: the text of w:t, a space after each paragraph. What is not well-formed XML fails.
func wordWords(t *testing.T, part string) string {
	t.Helper()
	var b strings.Builder
	decoder := xml.NewDecoder(strings.NewReader(part))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return squeezed(b.String())
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, part)
		}
		switch token := token.(type) {
		case xml.CharData:
			b.Write(token)
		case xml.EndElement:
			if token.Name.Local == "p" {
				b.WriteByte(' ')
			}
		case xml.StartElement:
			if token.Name.Local == "br" || token.Name.Local == "tab" {
				b.WriteByte(' ')
			}
		}
	}
}

// The Word document of a sample says what its paper says, word for word, and every part that it names is there.
func TestWordDocumentsOfSamples(t *testing.T) {
	t.Parallel()
	for name, s := range sampleStories() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := letter.ComposeSample(s)
			if err != nil {
				t.Fatal(err)
			}
			data, err := letter.WordSample(s)
			if err != nil {
				t.Fatal(err)
			}
			if *show != "" {
				write(t, filepath.Join(*show, name+".docx"), data)
			}
			parts := wordParts(t, data)
			for _, part := range []string{"[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/styles.xml", "word/document.xml"} {
				if wordWords(t, parts[part]); parts[part] == "" {
					t.Errorf("%s is not there", part)
				}
			}
			said := wordWords(t, parts["word/document.xml"])
			_, body, _ := strings.Cut(d.Text, "\n\n")
			body, foot, _ := strings.Cut(body, "\n-- \n")
			for paragraph := range strings.SplitSeq(body+"\n\n"+d.Subject+"\n\n"+strings.ReplaceAll(foot, "\n", "\n\n"), "\n\n") {
				words := strings.ReplaceAll(squeezed(paragraph), " - ", " • ")
				if words = strings.TrimPrefix(words, "- "); strings.ToUpper(words) != words && !strings.Contains(paragraph, ":  ") && !strings.Contains(said, words) {
					t.Errorf("the text says %q, the document does not:\n%s", words, said)
				}
			}
			if again, err := letter.WordSample(s); err != nil || !bytes.Equal(data, again) {
				t.Errorf("two runs differ: %v", err)
			}
		})
	}
}

func TestNamesAreNeverXML(t *testing.T) {
	t.Parallel()
	s := filledIn(letter.SampleAnswer, letter.Dutch)
	s.Values["debtor"], s.Values["answer"] = `Proef & Zn <b>"x"</b>`, "1 < 2 & 3 > 2"
	data, err := letter.WordSample(s)
	if err != nil {
		t.Fatal(err)
	}
	said := wordWords(t, wordParts(t, data)["word/document.xml"])
	for _, want := range []string{s.Values["debtor"], s.Values["answer"]} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in\n%s", want, said)
		}
	}
	s.Values["amount"] = "veel"
	if _, err := letter.WordSample(s); err == nil {
		t.Error("a wrong amount is written")
	}
}
