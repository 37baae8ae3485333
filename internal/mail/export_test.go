package mail

import (
	"bytes"
	"fmt"
)

// Render gives the bytes that Send puts on the wire, before dot-stuffing. It returns a *MessageError for a message that Send
// would refuse.
func Render(m Message) ([]byte, error) {
	msg, err := build(m)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("render mail: %w", err)
	}
	return b.Bytes(), nil
}
