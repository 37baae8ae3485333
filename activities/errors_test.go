package activities

import (
	"errors"
	"fmt"
	"testing"

	"go.temporal.io/sdk/temporal"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/spool"
)

func TestTranslate(t *testing.T) {
	t.Parallel()
	day := calendar.MustParseDate("1999-01-01")
	none := law.Tables{Consumer: law.InterestTable{ConfirmedUntil: day}}
	_, noScale := none.CollectionCosts(money.MustParse("1.00"), day)
	_, noTable := none.CourtCosts(money.MustParse("1.00"), law.LegalPerson, day)
	noRow := none.Consumer.Accrue(money.MustParse("1.00"), day.AddDays(-1)).Advance(day)
	box, err := spool.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	_, noPDF := box.Put(t.Context(), spool.Item{Key: "k", Pages: 1, On: day, Address: []string{"a", "b"}})
	for _, c := range []struct {
		story string
		err   error
		kind  string // "": it can pass
	}{
		{"the database is away", errors.New("connection refused"), ""},
		{"the file system is full", fmt.Errorf("spool letter k: %w", errors.New("no space left")), ""},
		{"the request does not fit", &postgres.ConflictError{}, TypeConflict},
		{"the claim is closed", &claim.TransitionError{}, TypeConflict},
		{"no such claim", postgres.ErrNotFound, TypeNotFound},
		{"a day past the tables", &law.UnconfirmedError{}, TypeUnconfirmed},
		{"the data are wrong", &BadDataError{"no"}, TypeBadData},
		{"an address that fits no window", letter.ErrAddressTooLong, TypeBadData},
		{"costs of a day before the first scale", noScale, TypeBadData},
		{"court costs of a day before the first table", noTable, TypeBadData},
		{"interest of a day before the first row", noRow, TypeBadData},
		{"a letter that cannot be printed", noPDF, TypeBadData},
		{"another letter under the key of this one", &spool.ConflictError{Key: "k"}, TypeBadData},
	} {
		got := translate(fmt.Errorf("write summons: %w", c.err))
		var application *temporal.ApplicationError
		if !errors.As(got, &application) {
			application = &temporal.ApplicationError{}
		}
		if application.Type() != c.kind || application.NonRetryable() != (c.kind != "") {
			t.Errorf("%s: %v is of type %q", c.story, got, application.Type())
		}
		if benign := application.Category() == temporal.ApplicationErrorCategoryBenign; benign != (c.kind == TypeConflict) {
			t.Errorf("%s: logged at debug only: %v", c.story, benign)
		}
	}
	if translate(nil) != nil {
		t.Error("nothing became something")
	}
}
