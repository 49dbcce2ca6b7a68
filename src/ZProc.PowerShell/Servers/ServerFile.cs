using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Durable;
using ZProc.Core.Processes;
using ZProc.Core.Values;
using ZProc.Values;

namespace ZProc.Servers;

/// <summary>
/// The file of one server. It holds the secret, and only the user can read it. Its name, <c>NAME.PID-START.MACHINE-BOOT.json</c>, belongs
/// to one server process, so that no other process writes it.
/// </summary>
internal static partial class ServerFile
{
    /// <summary>How the name of a complete file ends.</summary>
    public const string Extension = ".json";

    private const string NewExtension = Extension + ".new"; // while it is written

    // For Windows a file nul.1.json is the device NUL, whatever follows the first dot.
    private static readonly string Prefix = OperatingSystem.IsWindows() ? "_" : string.Empty;

    /// <summary>The path of a server's file.</summary>
    public static string PathOf(string folder, ZProcServer server) => PathOf(folder, server, Extension);

    /// <summary>The process that a file belongs to, by the file's name; null when ZProc did not write the file.</summary>
    public static (ProcessIdentity Process, ProcessPlace Place)? OwnerOf(string path)
    {
        var match = Files().Match(Path.GetFileName(path));
        return match.Success
            && int.TryParse(match.Groups["id"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && long.TryParse(match.Groups["start"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? (new ProcessIdentity(id, start), new ProcessPlace(match.Groups["machine"].Value, match.Groups["boot"].Value))
            : null;
    }

    /// <summary>Writes a server's file.</summary>
    /// <param name="folder">The folder of all servers.</param>
    /// <param name="server">The server.</param>
    /// <param name="settings">What a next server is started with, where the state is on disk.</param>
    public static void Write(string folder, ZProcServer server, ServerSettings settings)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var fields = new Dictionary<string, string>
        {
            ["name"] = server.Name,
            ["connectionString"] = server.ConnectionString,
            ["started"] = server.StartTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
        };
        if (settings.Durable is not null)
        {
            fields["settings"] = Convert.ToBase64String(PowerShellValues.Encode(ServerSettingsCodec.ToFields(settings)).Bytes.Span);
            fields["cutBytes"] = (server.CutOff?.Bytes ?? 0).ToString(CultureInfo.InvariantCulture);
            fields["cutTransactions"] = (server.CutOff?.Transactions ?? 0).ToString(CultureInfo.InvariantCulture);
        }

        using (var file = new FileStream(PathOf(folder, server, NewExtension), options))
        {
            JsonSerializer.Serialize(file, fields);
        }

        FileReplacement.Move(PathOf(folder, server, NewExtension), PathOf(folder, server));
    }

    /// <summary>Reads a server's file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="process">The process that it belongs to.</param>
    /// <param name="isRunning">Whether that process runs.</param>
    /// <returns>Null when the file was removed at this moment, or ZProc did not write it.</returns>
    public static ZProcServer? Read(string path, ProcessIdentity process, bool isRunning)
    {
        try
        {
            // A reader must not keep another session from the removal of the file.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var fields = JsonSerializer.Deserialize<Dictionary<string, string>>(file)!;
            var settings = fields.GetValueOrDefault("settings") is { } text
                ? ServerSettingsCodec.FromFields(Fields.Of(PowerShellValues.Decode(new EncodedValue(Convert.FromBase64String(text)))))
                : null;
            return new ZProcServer(
                fields["name"],
                fields["connectionString"],
                process,
                DateTime.Parse(fields["started"], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
                settings?.Durable?.Folder)
            {
                State = isRunning ? ZProcServerState.Running : ZProcServerState.Down,
                Settings = settings,
                CutOff = CutOffOf(fields),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or FormatException or FaultException)
        {
            ZProcEventSource.Log.FaultCaught(nameof(ServerFile), e);
            return null;
        }
    }

    /// <summary>Removes a file.</summary>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Expected on Windows: another program has the file open, such as a scanner. The next listing removes it.
            ZProcEventSource.Log.FaultCaught(nameof(ServerFile), e);
        }
    }

    private static CutOff? CutOffOf(Dictionary<string, string> fields) =>
        fields.GetValueOrDefault("cutBytes") is { } text && long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) is > 0 and var bytes
            ? new CutOff(bytes, int.Parse(fields["cutTransactions"], NumberStyles.None, CultureInfo.InvariantCulture))
            : null;

    private static string PathOf(string folder, ZProcServer server, string extension) => Path.Combine(folder, string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix}{server.Name}.{server.Process.Id}-{server.Process.StartTime}.{ProcessPlace.Here.Machine}-{ProcessPlace.Here.Boot}{extension}"));

    [GeneratedRegex(
        @"\.(?<id>[0-9]+)-(?<start>[0-9]+)\.(?<machine>[0-9a-f]+)-(?<boot>[0-9a-f]*)\.json(\.new)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Files();
}
