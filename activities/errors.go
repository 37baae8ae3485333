package activities

import (
	"errors"

	"go.temporal.io/sdk/temporal"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/spool"
)

// Types of the errors that cross the activity border. Only the type string survives it.
const (
	TypeConflict    = "Conflict"    // the request does not fit the facts: the caller is told
	TypeNotFound    = "NotFound"    // there is no such claim
	TypeUnconfirmed = "Unconfirmed" // the law tables do not reach that day
	TypeBadData     = "BadData"     // the facts cannot be worked with: a person mends them
	TypeUnlawful    = "Unlawful"    // the law does not allow the letter: a person mends what is missing
	TypeBusy        = "Busy"        // another attempt is under way: later
	TypeCarrier     = "Carrier"     // the mail server or the post spool cannot take it now: later
)

// BadDataError says that the facts of a claim cannot be worked with. Problem carries no personal data.
type BadDataError struct{ Problem string }

func (e *BadDataError) Error() string { return e.Problem }

// translate is the one place that knows which errors a retry can mend: those of the outside world can, those of the facts cannot.
func translate(err error) error {
	var (
		conflict    *postgres.ConflictError
		transition  *claim.TransitionError
		unconfirmed *law.UnconfirmedError
		bad         *BadDataError
		unlawful    *postgres.UnlawfulError
		tooOld      *law.TooOldError
		noTable     *law.NoTableError
		noFigure    *law.NoFigureError
		noScale     *settlement.NoScaleError
		unprintable *spool.ItemError
		other       *spool.ConflictError
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &conflict), errors.As(err, &transition):
		return temporal.NewApplicationErrorWithOptions(err.Error(), TypeConflict, temporal.ApplicationErrorOptions{NonRetryable: true, Category: temporal.ApplicationErrorCategoryBenign}) // an answer, not a failure: logged at debug
	case errors.Is(err, postgres.ErrNotFound):
		return temporal.NewNonRetryableApplicationError(err.Error(), TypeNotFound, nil)
	case errors.As(err, &unconfirmed):
		return temporal.NewNonRetryableApplicationError(err.Error(), TypeUnconfirmed, nil)
	case errors.As(err, &unlawful):
		return temporal.NewNonRetryableApplicationError(err.Error(), TypeUnlawful, nil)
	case errors.As(err, &bad), errors.As(err, &tooOld), errors.As(err, &noTable), errors.As(err, &noFigure), errors.As(err, &noScale), errors.Is(err, letter.ErrAddressTooLong), errors.As(err, &unprintable), errors.As(err, &other):
		return temporal.NewNonRetryableApplicationError(err.Error(), TypeBadData, nil)
	}
	return err
}
