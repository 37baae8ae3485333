package activities

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
)

// CourtFiles is where claims are read for the court, and where it is noted what was made of them.
type CourtFiles interface {
	CourtFile(ctx context.Context, ref postgres.Ref, seq int64, on calendar.Date) (postgres.CourtFile, error)
	Packages(ctx context.Context, ref postgres.Ref) ([]postgres.Package, error)
	RecordPackage(ctx context.Context, ref postgres.Ref, p postgres.Package, by postgres.Actor) error
}

// CourtDesk makes the package of a claim for whoever conducts the procedure.
type CourtDesk struct {
	Files  CourtFiles
	Writer *LetterWriter
	Read   func(kind claim.MediaType, content []byte) (letter.Enclosed, error) // documents that others made
}

// PackageOrder is which package is asked for: for whom, as known and owed at the end of which day. AsMade asks for the one that was made of that day before, if
// one was. A preview is marked as one, needs no choice of the client, and is not recorded.
type PackageOrder struct {
	To              letter.Conductor
	On              calendar.Date
	AsMade, Preview bool
}

// CourtPackage is a package that was made. Again says that it is the one that was made before, byte for byte.
type CourtPackage struct {
	PDF    []byte
	SHA256 string
	On     calendar.Date
	Again  bool
}

// Make makes a package and records it before anybody has it; a crash in between leaves one that can be made again. AsMade, it is made from what was known and
// who was who then. A claim of which the client had not chosen the court by then is a *postgres.ConflictError, and so is a package that does not come out as it was.
func (d CourtDesk) Make(ctx context.Context, ref postgres.Ref, order PackageOrder, by postgres.Actor) (CourtPackage, error) {
	before, err := d.Files.Packages(ctx, ref)
	if err != nil {
		return CourtPackage{}, err
	}
	before = slices.DeleteFunc(before, func(p postgres.Package) bool { return p.Recipient != string(order.To) || p.On != order.On })
	if order.AsMade && !order.Preview && len(before) > 0 {
		return d.again(ctx, ref, order, before[len(before)-1])
	}
	file, err := d.Files.CourtFile(ctx, ref, 0, order.On)
	if err != nil {
		return CourtPackage{}, err
	}
	if file.Chosen().IsZero() && !order.Preview {
		return CourtPackage{}, &postgres.ConflictError{Problem: fmt.Sprintf("by %s the client had not chosen the court: there is nothing to hand over; right would be --preview", order.On)}
	}
	who := d.Writer.particulars(file)
	made, err := d.compose(file, order, who)
	if err != nil || order.Preview {
		return made, err
	}
	told, err := json.Marshal(who)
	if err != nil {
		return CourtPackage{}, fmt.Errorf("encode particulars of claim %s: %w", ref.ClaimID, err)
	}
	made.Again = slices.ContainsFunc(before, func(p postgres.Package) bool { return p.SHA256 == made.SHA256 })
	return made, d.Files.RecordPackage(ctx, ref, postgres.Package{Recipient: string(order.To), SHA256: made.SHA256, On: order.On, Seq: file.Seq, Particulars: told}, by)
}

// again makes a package that was made before.
func (d CourtDesk) again(ctx context.Context, ref postgres.Ref, order PackageOrder, before postgres.Package) (CourtPackage, error) {
	var who particulars
	if err := json.Unmarshal(before.Particulars, &who); err != nil {
		return CourtPackage{}, fmt.Errorf("read particulars of the package of claim %s: %w", ref.ClaimID, err)
	}
	file, err := d.Files.CourtFile(ctx, ref, before.Seq, before.On)
	if err != nil {
		return CourtPackage{}, err
	}
	made, err := d.compose(file, order, who)
	if err != nil {
		return CourtPackage{}, err
	}
	if made.SHA256 != before.SHA256 {
		return CourtPackage{}, &postgres.ConflictError{Problem: fmt.Sprintf("the package of %s had SHA-256 %s and comes out as %s: the program, its rates or its texts changed since; right would be the file that was handed over", before.On, before.SHA256, made.SHA256)}
	}
	made.Again = true
	return made, nil
}

func (d CourtDesk) compose(file postgres.CourtFile, order PackageOrder, who particulars) (CourtPackage, error) {
	p, err := d.Writer.courtPackage(file, who)
	if err != nil {
		return CourtPackage{}, err
	}
	p.To, p.Preview = order.To, order.Preview
	if p.Documents, err = d.enclosed(file.Documents); err != nil {
		return CourtPackage{}, err
	}
	pdf, err := letter.ComposePackage(p)
	var glyph *letter.GlyphError
	switch {
	case errors.As(err, &glyph): // its text is a name or an address: only the character goes on
		return CourtPackage{}, &postgres.ConflictError{Problem: fmt.Sprintf("character %U cannot be printed; right would be a spelling in Latin letters", glyph.Rune)}
	case errors.Is(err, letter.ErrForeign):
		return CourtPackage{}, &postgres.ConflictError{Problem: err.Error()}
	case err != nil:
		return CourtPackage{}, err
	}
	sum := sha256.Sum256(pdf)
	return CourtPackage{PDF: pdf, SHA256: hex.EncodeToString(sum[:]), On: file.On}, nil
}

// enclosed reads the documents of a claim. One that cannot be read any more, which it could when it was added, is a *postgres.ConflictError.
func (d CourtDesk) enclosed(list []postgres.Document) (enclosed []letter.ClaimDocument, err error) {
	for _, document := range list {
		one := letter.ClaimDocument{Kind: string(document.Kind), On: document.On, Name: legible(document.Name), SHA256: document.SHA256}
		if one.Is, err = d.Read(document.Media, document.Content); err != nil {
			return nil, &postgres.ConflictError{Problem: fmt.Sprintf("document %s %s", document.SHA256, err)}
		}
		enclosed = append(enclosed, one)
	}
	return enclosed, nil
}
