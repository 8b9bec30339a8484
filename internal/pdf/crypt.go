package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
)

// crypt holds the key of a file that is encrypted with an empty user password
// (section 7.6; revision 6 as in ISO 32000-2).
type crypt struct {
	key []byte
	v   int
	aes bool
	off bool // streams are not encrypted
}

var padding = []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")

func (f *file) unlock() (*crypt, error) {
	e := f.dict(f.trailer["Encrypt"])
	if e == nil || f.name(e["Filter"]) != "Standard" {
		return nil, ErrEncrypted
	}
	str := func(o any) []byte {
		t, _ := f.get(o).(text)
		return t
	}
	v, r := int(f.num(e["V"])), int(f.num(e["R"]))
	c := &crypt{v: v}
	length := int(f.num(e["Length"])) / 8
	if length == 0 || v == 1 {
		length = 5
	}
	if v >= 4 {
		filter := f.dict(f.dict(e["CF"])[f.name(e["StmF"])])
		switch f.name(filter["CFM"]) {
		case "AESV2", "AESV3":
			c.aes = true
		case "V2":
		default:
			c.off = true
		}
		length = 16
	}
	if length > 32 {
		return nil, ErrEncrypted
	}
	o, u := str(e["O"]), str(e["U"])
	if r >= 5 {
		ue := str(e["UE"])
		if len(u) < 48 || len(ue) < 32 {
			return nil, ErrEncrypted
		}
		hash := func(salt []byte) []byte {
			if r == 5 {
				h := sha256.Sum256(salt)
				return h[:]
			}
			return hardened(salt)
		}
		if !bytes.Equal(hash(u[32:40]), u[:32]) {
			return nil, ErrEncrypted
		}
		block, err := aes.NewCipher(hash(u[40:48]))
		if err != nil {
			return nil, ErrEncrypted
		}
		c.key = make([]byte, 32)
		cipher.NewCBCDecrypter(block, make([]byte, 16)).CryptBlocks(c.key, ue[:32])
		return c, nil
	}
	if len(o) < 32 || len(u) < 16 {
		return nil, ErrEncrypted
	}
	var first []byte
	if id := f.array(f.trailer["ID"]); len(id) > 0 {
		first = str(id[0])
	}
	h := md5.New()
	h.Write(padding)
	h.Write(o[:32])
	var p [4]byte
	binary.LittleEndian.PutUint32(p[:], uint32(int64(f.num(e["P"]))))
	h.Write(p[:])
	h.Write(first)
	if meta, ok := f.get(e["EncryptMetadata"]).(bool); ok && !meta && r >= 4 {
		h.Write([]byte{255, 255, 255, 255})
	}
	key := h.Sum(nil)
	if r >= 3 {
		for range 50 {
			s := md5.Sum(key[:min(length, 16)])
			key = s[:]
		}
	}
	c.key = key[:min(length, 16)]
	if !c.opens(u, first, r) {
		return nil, ErrEncrypted
	}
	return c, nil
}

// opens checks the key against the entry that the empty user password makes.
func (c *crypt) opens(u, id []byte, r int) bool {
	enc := func(key, b []byte) []byte {
		k, err := rc4.NewCipher(key)
		if err != nil {
			return nil
		}
		out := make([]byte, len(b))
		k.XORKeyStream(out, b)
		return out
	}
	if r == 2 {
		return bytes.Equal(enc(c.key, padding), u[:min(len(u), 32)])
	}
	s := md5.Sum(append(bytes.Clone(padding), id...))
	x := enc(c.key, s[:])
	for i := 1; i <= 19; i++ {
		k := bytes.Clone(c.key)
		for j := range k {
			k[j] ^= byte(i)
		}
		x = enc(k, x)
	}
	return bytes.Equal(x, u[:16])
}

// hardened is algorithm 2.B of ISO 32000-2 for an empty password.
func hardened(salt []byte) []byte {
	h := sha256.Sum256(salt)
	k := h[:]
	for i := 0; i < 2000; i++ {
		k1 := bytes.Repeat(k, 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		e := make([]byte, len(k1))
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(e, k1)
		mod := 0
		for _, c := range e[:16] {
			mod += int(c)
		}
		switch mod % 3 {
		case 0:
			s := sha256.Sum256(e)
			k = s[:]
		case 1:
			s := sha512.Sum384(e)
			k = s[:]
		default:
			s := sha512.Sum512(e)
			k = s[:]
		}
		if i >= 63 && int(e[len(e)-1]) <= i-32 {
			break
		}
	}
	return k[:32]
}

// stream decrypts the bytes of a stream.
func (c *crypt) stream(b []byte, num, gen int, filter name) []byte {
	if c.off || filter == "Crypt" {
		return b
	}
	key := c.key
	if c.v < 5 {
		k := append(bytes.Clone(key), byte(num), byte(num>>8), byte(num>>16), byte(gen), byte(gen>>8))
		if c.aes {
			k = append(k, "sAlT"...)
		}
		s := md5.Sum(k)
		key = s[:min(len(c.key)+5, 16)]
	}
	if !c.aes {
		k, err := rc4.NewCipher(key)
		if err != nil {
			return nil
		}
		out := make([]byte, len(b))
		k.XORKeyStream(out, b)
		return out
	}
	block, err := aes.NewCipher(key)
	if err != nil || len(b) < 32 {
		return nil
	}
	iv, b := b[:16], b[16:len(b)-len(b)%16]
	out := make([]byte, len(b))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, b)
	if n := int(out[len(out)-1]); n >= 1 && n <= 16 {
		out = out[:len(out)-n]
	}
	return out
}
