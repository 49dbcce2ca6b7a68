using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace ZProc.Core.Tests.Engines;

/// <summary>A plain connection to a server of the Redis protocol: one command, one reply. Texts are bytes, one a character.</summary>
internal sealed class RespConnection : IDisposable
{
    private readonly TcpClient _socket;
    private readonly BufferedStream _stream;

    public RespConnection(int port)
    {
        _socket = new TcpClient("127.0.0.1", port) { NoDelay = true };
        _stream = new BufferedStream(_socket.GetStream());
    }

    /// <summary>Sends a command and waits for its reply.</summary>
    /// <returns>A text, a number, an array of such, or null.</returns>
    /// <exception cref="InvalidOperationException">The reply is an error.</exception>
    public object? Command(params string[] words)
    {
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (var word in words)
        {
            request.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        }

        _stream.Write(Encoding.Latin1.GetBytes(request.ToString()));
        _stream.Flush();
        return Read();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private object? Read()
    {
        var line = ReadLine();
        return line[0] switch
        {
            '+' => line[1..],
            '-' => throw new InvalidOperationException(line[1..]),
            ':' => Number(line),
            '$' => Number(line) is var length and >= 0 ? ReadText((int)length) : null,
            '*' => Number(line) is var count and >= 0 ? ReadArray((int)count) : null,
            _ => throw new InvalidDataException($"'{line}' is no reply."),
        };
    }

    private object?[] ReadArray(int count)
    {
        var items = new object?[count];
        for (var i = 0; i < count; i++)
        {
            items[i] = Read();
        }

        return items;
    }

    private string ReadText(int length)
    {
        var bytes = new byte[length + 2];
        _stream.ReadExactly(bytes);
        return Encoding.Latin1.GetString(bytes, 0, length);
    }

    private string ReadLine()
    {
        var line = new StringBuilder();
        while (true)
        {
            switch (_stream.ReadByte())
            {
                case -1:
                    throw new EndOfStreamException("The server closed the connection.");
                case '\r':
                    _stream.ReadByte();
                    return line.ToString();
                case var next:
                    line.Append((char)next);
                    break;
            }
        }
    }

    private static long Number(string line) => long.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
}
