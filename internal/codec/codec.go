package codec

import (
	"errors"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/proto"
)

// What the metadata of an encrypted payload says. All else (the type, the encoding inside) is encrypted with the data.
const (
	encodingEncrypted = "binary/encrypted"
	metadataKeyID     = "key-id"
)

var (
	// ErrNoKey is returned when there is no key to encrypt with.
	ErrNoKey = errors.New("codec: no key")
	// ErrTampered is returned for a payload that does not decrypt: altered, cut short, or encrypted with another key under the same id.
	ErrTampered = errors.New("codec: payload does not decrypt: altered, or its key is not the one with this id")
)

// UnknownKeyError says that a payload needs a key that is not configured: keep old keys until their histories are gone.
type UnknownKeyError struct{ KeyID string }

func (e *UnknownKeyError) Error() string {
	return fmt.Sprintf("codec: key %q is not configured; add it to codec.keys after the current one", e.KeyID)
}

type payloadCodec struct{ keys Keys }

// NewCodec gives the payload codec for keys, safe for use by many goroutines.
// It promises secrecy, not origin: a payload that was never encrypted is decoded as it stands, because the server and the
// command line send such payloads too. Facts come from PostgreSQL, never from what a payload claims.
func NewCodec(keys Keys) converter.PayloadCodec { return payloadCodec{keys} }

// NewDataConverter is Temporal's default converter with every payload encrypted.
func NewDataConverter(keys Keys) converter.DataConverter {
	return converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), NewCodec(keys))
}

// NewFailureConverter encrypts messages, stack traces and details of failures. The type name of an error stays readable.
func NewFailureConverter(keys Keys) converter.FailureConverter {
	return temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
		DataConverter:          NewDataConverter(keys),
		EncodeCommonAttributes: true,
	})
}

// Encode encrypts each payload, metadata included, with the current key.
func (c payloadCodec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	key := c.keys.current
	if key.aead == nil {
		return nil, ErrNoKey
	}
	result := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		plain, err := proto.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("marshal payload: %w", err)
		}
		result[i] = &commonpb.Payload{
			Metadata: map[string][]byte{
				converter.MetadataEncoding: []byte(encodingEncrypted),
				metadataKeyID:              []byte(key.id),
			},
			Data: key.aead.Seal(nil, nil, plain, []byte(key.id)),
		}
	}
	return result, nil
}

// Decode decrypts what Encode made with any of the keys and passes other payloads on unchanged.
// It returns *UnknownKeyError or ErrTampered; no error contains payload data.
func (c payloadCodec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	result := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		if string(p.GetMetadata()[converter.MetadataEncoding]) != encodingEncrypted {
			result[i] = p
			continue
		}
		decoded, err := c.open(p)
		if err != nil {
			return nil, err
		}
		result[i] = decoded
	}
	return result, nil
}

func (c payloadCodec) open(p *commonpb.Payload) (*commonpb.Payload, error) {
	id := p.GetMetadata()[metadataKeyID]
	key, known := c.keys.byID[string(id)]
	if !known {
		return nil, &UnknownKeyError{KeyID: clip(string(id))}
	}
	plain, err := key.aead.Open(nil, nil, p.GetData(), id)
	if err != nil {
		return nil, ErrTampered
	}
	decoded := &commonpb.Payload{}
	if err := proto.Unmarshal(plain, decoded); err != nil {
		return nil, fmt.Errorf("unmarshal decrypted payload: %w", err)
	}
	return decoded, nil
}

// clip bounds what a stranger's payload can put into an error.
func clip(id string) string {
	if len(id) > 64 {
		return id[:64] + "..."
	}
	return id
}
