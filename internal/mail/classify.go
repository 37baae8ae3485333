package mail

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// classify turns what go-mail 0.8.1 reports after one send into an outcome. Its error alone is no guide: in most of the cases
// where a server had accepted the mail it returned one.
func classify(msg *gomail.Msg, err error) Result {
	if msg.IsDelivered() { // set right after the 250 for the dot, whatever failed later (RSET, QUIT)
		return Result{Accepted, words("250 " + msg.ServerResponse())}
	}
	var sendErr *gomail.SendError
	if !errors.As(err, &sendErr) { // go-mail returns nothing else; should it ever, then nothing is proved
		return Result{Unknown, words(fmt.Sprintf("no reason given: %v", err))}
	}
	return Result{outcomeOf(sendErr), words(withoutAffected(sendErr.Error()))}
}

func outcomeOf(e *gomail.SendError) Outcome {
	class := e.ErrorCode() / 100 // 0 when it is no answer of the server: timeout, end of file, garbage
	switch e.Reason {
	case gomail.ErrConnCheck, gomail.ErrWriteContent: // a write failed before the dot, and we never QUIT after that: see session.drop
		return Retry
	case gomail.ErrSMTPMailFrom, gomail.ErrSMTPRcptTo, gomail.ErrSMTPData: // nothing of the message has been sent
		if class == 5 && !oursToMend(e.ErrorCode()) {
			return Bounced
		}
		return Retry
	case gomail.ErrSMTPDataClose: // the answer to the dot
		switch {
		case class == 4:
			return Retry
		case class == 5:
			return Bounced
		}
		return Unknown
	case gomail.ErrGetSender, gomail.ErrGetRcpts, gomail.ErrNoUnencoded: // before anything was sent, and no retry can help
		return Bounced
	}
	return Unknown // ErrSMTPReset comes after delivery only, ErrAmbiguous is for several messages: neither proves anything here
}

// oursToMend says that the code is about how we signed in (RFC 4954), not about this mail: it goes when the configuration is right.
func oursToMend(code int) bool { return code == 530 || code == 534 || code == 535 || code == 538 }

// withoutAffected cuts the recipients and the Message-ID that go-mail appends to an error.
func withoutAffected(text string) string {
	for _, tail := range []string{", affected recipient(s): ", ", affected message ID: "} {
		text, _, _ = strings.Cut(text, tail)
	}
	return text
}

var addressLike = regexp.MustCompile(`[^\s<>"'(),;:=]+@[^\s<>"'(),;:]+`)

// maxReply bounds how much of a server's answer is kept, in characters.
const maxReply = 200

// words keeps what a person needs of a server's answer: one line, no addresses.
func words(text string) string {
	text = strings.NewReplacer(`"`, "", `\n`, " ").Replace(text) // net/textproto quotes what the server said
	text = addressLike.ReplaceAllString(text, "[address]")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == unicode.ReplacementChar }), " ")
	if r := []rune(text); len(r) > maxReply {
		return string(r[:maxReply]) + "..."
	}
	return text
}
