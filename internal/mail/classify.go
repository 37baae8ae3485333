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
	final := class == 5 && !oursToMend(e.ErrorCode())
	switch e.Reason {
	case gomail.ErrConnCheck, gomail.ErrWriteContent: // a write failed before the dot, and we never QUIT after that: see session.drop
		return Retry
	case gomail.ErrSMTPMailFrom: // about our sender, so about every mail alike: nothing is wrong with this one, and an operator hears of it
		return Retry
	case gomail.ErrSMTPRcptTo: // nothing of the message has been sent; the same at DATA
		if final {
			return atRecipient(e)
		}
		return Retry
	case gomail.ErrSMTPData:
		if final {
			return Refused
		}
		return Retry
	case gomail.ErrSMTPDataClose: // the answer to the dot
		switch {
		case class == 4:
			return Retry
		case class == 5:
			return Refused // about what is in it, or policy: the recipient had been accepted
		}
		return Unknown
	case gomail.ErrGetSender, gomail.ErrGetRcpts, gomail.ErrNoUnencoded: // before anything was sent, and no retry can help
		return Refused
	}
	return Unknown // ErrSMTPReset comes after delivery only, ErrAmbiguous is for several messages: neither proves anything here
}

// enhanced finds the status of RFC 3463 behind the code of an answer, whether or not the server said that it would give any.
var enhanced = regexp.MustCompile(`: 5\d\d "?(5\.\d{1,3}\.\d{1,3})\b`)

// atRecipient is what a final refusal of the recipient means. Only "no such mailbox" and its kind say that the address is of no use; policy, a full
// mailbox or a letter that is too large concern this mail, which goes another way.
func atRecipient(e *gomail.SendError) Outcome {
	var status string
	if found := enhanced.FindStringSubmatch(e.Error()); found != nil && found[1] != "5.0.0" { // which says nothing more
		status = found[1]
	}
	switch {
	case status == "5.1.7" || status == "5.1.8": // our sender, which many servers judge only here
		return Retry
	case status == "5.2.2" || status == "5.2.3": // the mailbox is full, the letter too large for it
		return Refused
	case strings.HasPrefix(status, "5.1.") || strings.HasPrefix(status, "5.2."):
		return Bounced
	case status == "" && (e.ErrorCode() == 550 || e.ErrorCode() == 551 || e.ErrorCode() == 553):
		return Bounced
	}
	return Refused
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
