package letter

import (
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
)

// paper is everything that is printed, before it has a shape; draw and plain give it two.
type paper struct {
	lang       Language
	subject    string
	on         calendar.Date // also the date inside the PDF, if there is one: the same letter is the same bytes
	sender     Party
	mark       bool // the agency's drawn mark
	look       look
	window     []string // the address window: addressee and nothing else
	references []pair
	footer     []string
	blocks     []block
}

// pair is a label and what it says.
type pair struct {
	label, value string
	strong       bool
}

// span is a piece of text in one weight.
type span struct {
	text string
	bold bool
}

// block is one thing on the page: exactly one of its fields is set, beside spans for words.
type block struct {
	kind    blockKind
	spans   []span
	figure  *figure
	payment *payment
	sticker []string
	panel   []block
	chart   *chart
}

type blockKind int

const (
	paragraph blockKind = iota
	heading
	bullet
	small // a note, which stays with what follows
	objectBlock
)

// figure is a set of tables followed by sums.
type figure struct {
	grids []grid
	sums  []pair // label and amount; strong is a total
}

// grid is a table. Width is in millimetres and counts for paper only.
type grid struct {
	title   string
	columns []column
	rows    [][]string
	totals  bool           // the last row sums the others up, column by column
	parts   map[int]string // the titles of parts of the table, by the number of their first row
}

// start begins a part with the next row.
func (g *grid) start(part string) {
	if g.parts == nil {
		g.parts = map[int]string{}
	}
	g.parts[len(g.rows)] = part
}

type column struct {
	head  string
	right bool
	width float64
}

// payment is the box that says how to pay.
type payment struct {
	title, caption string
	rows           []pair
	qr             string // EPC payload; empty is a box without a code
}

// objects are the names that may stand between [ ] in a text.
var objects = map[string]bool{
	"specification": true, "payment": true, "rights": true, "sticker": true, "instalments": true, "wrong": true, // letters to debtors
	"sent": true, "costs": true, "options": true, "reasons": true, "standing": true, "price": true, // advice, with specification
	"offers": true, // to the client of whom a dispute was upheld
}

// blocksOf reads an executed text. lookup makes what stands for [name].
func blocksOf(text string, lookup func(name string) ([]block, error)) ([]block, error) {
	var out []block
	for part := range strings.SplitSeq(text, "\n\n") {
		part = strings.Trim(part, "\n")
		switch {
		case strings.TrimSpace(part) == "":
		case strings.HasPrefix(part, markObject):
			made, err := lookup(part[len(markObject):])
			if err != nil {
				return nil, fmt.Errorf("make [%s]: %w", part[len(markObject):], err)
			}
			out = append(out, made...)
		case strings.HasPrefix(part, markHeading):
			out = append(out, block{kind: heading, spans: []span{{part[len(markHeading):], true}}})
		case strings.HasPrefix(part, markBullet):
			for item := range strings.SplitSeq(part[len(markBullet):], "\n"+markBullet) {
				out = append(out, block{kind: bullet, spans: spansOf(item)})
			}
		default:
			out = append(out, block{kind: paragraph, spans: spansOf(part)})
		}
	}
	return out, nil
}

// spansOf splits a text at its bold marks. A line end stays a line end.
func spansOf(text string) []span {
	var out []span
	for i, piece := range strings.Split(text, markBold) {
		if piece != "" {
			out = append(out, span{piece, i%2 == 1})
		}
	}
	return out
}

// subjectAndBody splits an executed text after its first line.
func subjectAndBody(text string) (subject, body string) {
	subject, body, _ = strings.Cut(text, "\n")
	return strings.TrimSpace(subject), body
}
