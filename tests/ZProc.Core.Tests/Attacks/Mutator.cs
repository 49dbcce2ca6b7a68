using System.Buffers.Binary;

namespace ZProc.Core.Tests.Attacks;

/// <summary>Damages bytes at random, the same way for the same seed.</summary>
internal sealed class Mutator
{
    private static readonly byte[] Special = [0, 1, 0x7f, 0x80, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc4, 0xc6, 0xc9, 0xcb, 0xcf, 0xd3, 0xd9, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xe0, 0xff];
    private readonly Random _random;

    public Mutator(int seed) => _random = new Random(seed);

    public int Next(int below) => _random.Next(below);

    public byte[] Noise(int longest)
    {
        var bytes = new byte[_random.Next(longest + 1)];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A damaged copy of some bytes.</summary>
    public byte[] Damage(byte[] bytes)
    {
        var copy = bytes.ToList();
        for (var times = _random.Next(1, 4); times > 0; times--)
        {
            var at = copy.Count == 0 ? 0 : _random.Next(copy.Count);
            switch (_random.Next(copy.Count == 0 ? 1 : 7))
            {
                case 0:
                    copy.Insert(at, (byte)_random.Next(256));
                    break;
                case 1:
                    copy[at] = (byte)_random.Next(256);
                    break;
                case 2:
                    copy[at] = Special[_random.Next(Special.Length)];
                    break;
                case 3:
                    copy[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 4:
                    copy.RemoveRange(at, _random.Next(1, Math.Min(9, copy.Count - at) + 1));
                    break;
                case 5:
                    copy.InsertRange(at, copy.GetRange(at, _random.Next(0, Math.Min(40, copy.Count - at) + 1)));
                    break;
                default:
                    var number = new byte[sizeof(int)];
                    BinaryPrimitives.WriteInt32BigEndian(number, _random.Next(2) == 0 ? int.MaxValue : _random.Next(int.MinValue, int.MaxValue));
                    for (var i = 0; i < number.Length && at + i < copy.Count; i++)
                    {
                        copy[at + i] = number[i];
                    }

                    break;
            }
        }

        return [.. copy];
    }
}
