using System.Globalization;
using System.Text;

namespace ZProc.Core.Durable;

/// <summary>
/// Shows whether a database is the one that its folder had last, and no older copy of it. The folder and the database keep the id of the
/// last start of a server. While the id changes, the folder keeps both, so that a crash in between changes nothing.
/// </summary>
internal sealed class StartMark
{
    private const int IdBytes = 32; // as text
    private readonly Stream _file;
    private readonly Guid[] _known;

    /// <param name="file">The file of the folder, which the caller holds. One that is empty, or is not understood, fits every database.</param>
    public StartMark(Stream file)
    {
        _file = file;
        var bytes = new byte[2 * IdBytes];
        file.Position = 0;
        var text = Encoding.ASCII.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        _known = text.Length == bytes.Length && Guid.TryParseExact(text[..IdBytes], "N", out var first) && Guid.TryParseExact(text[IdBytes..], "N", out var second)
            ? [first, second]
            : [];
    }

    /// <summary>The id of this start.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>Whether the folder had a database with this id of its last start; empty for one without an id.</summary>
    public bool Fits(Guid last) => _known.Length == 0 || _known.Contains(last);

    /// <summary>
    /// The database is about to get the id of this start in the place of another one. When updates are missing from the database, it does not
    /// fit until it has the new id: a start that ends before that does not hide the loss from the next one.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Begin(Guid last, bool isTakenBack) => Write(isTakenBack ? Id : last, Id);

    /// <summary>The database has the id of this start.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void End() => Write(Id, Id);

    /// <summary>Writes over the same bytes each time, which needs no room on a disk that is full.</summary>
    private void Write(Guid first, Guid second)
    {
        _file.Position = 0;
        _file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{first:N}{second:N}")));
        if (_file is FileStream file)
        {
            file.Flush(flushToDisk: true);
        }
    }
}
