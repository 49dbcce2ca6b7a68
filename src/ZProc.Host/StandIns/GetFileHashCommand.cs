using System.Security.Cryptography;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-FileHash.</summary>
[Cmdlet(VerbsCommon.Get, "FileHash", DefaultParameterSetName = "Path")]
public sealed class GetFileHashCommand : PathCommand
{
    [Parameter]
    [ValidateSet("SHA1", "SHA256", "SHA384", "SHA512", "MD5")]
    public string Algorithm { get; set; } = "SHA256";

    [Parameter(Mandatory = true, ParameterSetName = "StreamParameterSet")]
    public Stream? InputStream { get; set; }

    protected override void ProcessRecord()
    {
        if (InputStream is not null)
        {
            Write(InputStream, null);
            return;
        }

        foreach (string file in Paths.SelectMany(path => Resolve(path, out _)))
        {
            Try(() =>
            {
                using FileStream stream = File.OpenRead(file);
                Write(stream, file);
            }, file);
        }
    }

    private void Write(Stream stream, string? path)
    {
        string name = Algorithm.ToUpperInvariant();
        using var hash = IncrementalHash.CreateHash(new HashAlgorithmName(name));
        byte[] buffer = new byte[81920];
        for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
            hash.AppendData(buffer, 0, read);
        WriteObject(new FileHashInfo { Algorithm = name, Hash = Convert.ToHexString(hash.GetHashAndReset()), Path = path });
    }
}
