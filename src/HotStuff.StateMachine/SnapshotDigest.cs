using System.Buffers;
using System.Security.Cryptography;
using HotStuff.Consensus;

namespace HotStuff.StateMachine;

/// <summary>
/// SHA-256 of what a snapshot method writes, without ever holding the snapshot: the simplest sound <see cref="IStateMachine.Digest"/>.
/// </summary>
public static class SnapshotDigest
{
    /// <summary>The digest of the bytes that <paramref name="snapshot"/> writes.</summary>
    public static Digest Of(Action<IBufferWriter<byte>> snapshot)
    {
        using var writer = new HashingWriter();
        snapshot(writer);
        return writer.Finish();
    }

    private sealed class HashingWriter : IBufferWriter<byte>, IDisposable
    {
        private const int BufferSize = 64 * 1024;

        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private byte[] _buffer = new byte[BufferSize];
        private int _length;

        public Digest Finish()
        {
            Flush();
            Span<byte> digest = stackalloc byte[Digest.Size];
            _hash.GetHashAndReset(digest);
            return new Digest(digest);
        }

        public void Advance(int count)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(count);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _length);
            _length += count;
        }

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            Ensure(sizeHint);
            return _buffer.AsMemory(_length);
        }

        public Span<byte> GetSpan(int sizeHint = 0)
        {
            Ensure(sizeHint);
            return _buffer.AsSpan(_length);
        }

        public void Dispose() => _hash.Dispose();

        private void Ensure(int sizeHint)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
            var needed = Math.Max(sizeHint, 1);
            if (_buffer.Length - _length >= needed)
                return;

            Flush();
            if (_buffer.Length < needed)
                _buffer = new byte[needed];
        }

        private void Flush()
        {
            _hash.AppendData(_buffer.AsSpan(0, _length));
            _length = 0;
        }
    }
}
