using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ZProc.Core.Wire;

/// <summary>
/// Encrypts and authenticates the frames of one direction of one connection with AES-256-GCM. The nonce is the frame's number, so
/// a frame that was changed, repeated, dropped, moved or added does not open. Not thread-safe.
/// </summary>
internal sealed class FrameSeal : IDisposable
{
    public const int TagBytes = 16;
    private const int NonceBytes = 12;

    private readonly AesGcm _cipher;
    private ulong _number;

    /// <param name="key">The key of the direction, 32 bytes.</param>
    public FrameSeal(byte[] key) => _cipher = new AesGcm(key, TagBytes);

    /// <summary>Seals a frame in place.</summary>
    /// <param name="content">The content, which becomes the ciphertext.</param>
    /// <param name="length">The bytes of the frame's length, which the tag covers.</param>
    /// <param name="tag">Receives the tag.</param>
    public void Seal(Span<byte> content, ReadOnlySpan<byte> length, Span<byte> tag)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Next(nonce);
        _cipher.Encrypt(nonce, content, content, tag, length);
    }

    /// <summary>Opens a frame in place.</summary>
    /// <exception cref="FaultException">MalformedMessage: the frame is not the next one that the other side sealed.</exception>
    public void Open(Span<byte> content, ReadOnlySpan<byte> length, ReadOnlySpan<byte> tag)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Next(nonce);
        try
        {
            _cipher.Decrypt(nonce, content, tag, content, length);
        }
        catch (CryptographicException)
        {
            throw Message.Malformed("a frame was changed, repeated, dropped or added on its way");
        }
    }

    public void Dispose() => _cipher.Dispose();

    private void Next(Span<byte> nonce)
    {
        nonce[..4].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], _number++);
    }
}
