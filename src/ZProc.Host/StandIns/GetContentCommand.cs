namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Content.</summary>
[Cmdlet(VerbsCommon.Get, "Content", DefaultParameterSetName = "Path")]
public sealed class GetContentCommand : PathCommand
{
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    public override string[]? Path { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public long ReadCount { get; set; } = 1;

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("First", "Head")]
    public long TotalCount { get; set; } = -1;

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Last")]
    public int Tail { get; set; } = -1;

    [Parameter]
    public SwitchParameter Raw { get; set; }

    [Parameter]
    [TextEncoding]
    public Encoding Encoding { get; set; } = TextEncodingAttribute.Default;

    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter Wait { get => default; set => Refuse(); }

    [Parameter]
    public string? Delimiter { get => null; set => Refuse(); }

    [Parameter]
    public string? Filter { get => null; set => Refuse(); }

    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
        {
            foreach (string found in Resolve(path, out ProviderInfo? provider))
            {
                Try(() =>
                {
                    if (!IsFileSystem(provider))
                        WriteLines(OtherLines(provider!, found), found);
                    else if (Directory.Exists(found))
                        WriteError("GetContainerContentException", ErrorCategory.InvalidOperation, new InvalidOperationException($"'{found}' is a directory and has no content; Get-ChildItem lists what is in it."));
                    else if (AsByteStream)
                        WriteBytes(found);
                    else if (Raw)
                        WriteRaw(found);
                    else
                        WriteLines(Lines(found), found);
                }, found);
            }
        }
    }

    private void WriteRaw(string file)
    {
        string text = File.ReadAllText(file, Encoding);
        if (text.Length > 0)
            WriteObject(WithOrigin(text, file));
    }

    private void WriteBytes(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        if (Raw || ReadCount == 0)
            WriteObject(bytes);
        else
            foreach (byte one in bytes)
                WriteObject(one);
    }

    // Read while written to by others is fine, as with the original.
    private IEnumerable<object> Lines(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    private IEnumerable<object> OtherLines(ProviderInfo provider, string path)
    {
        foreach (IContentReader reader in InvokeProvider.Content.GetReader([$"{provider.Name}::{path}"], Force, literalPath: true))
        {
            using (reader)
            {
                for (IList block = reader.Read(1); block is { Count: > 0 }; block = reader.Read(1))
                    yield return block[0]!;
            }
        }
    }

    private void WriteLines(IEnumerable<object> lines, string file)
    {
        if (TotalCount >= 0)
            lines = lines.Take((int)Math.Min(TotalCount, int.MaxValue));
        if (Tail >= 0)
            lines = lines.TakeLast(Tail);
        if (ReadCount == 1)
        {
            long number = 0;
            foreach (object line in lines)
                WriteObject(WithOrigin(line, file, ++number));
        }
        else if (ReadCount <= 0)
        {
            WriteObject(lines.ToArray());
        }
        else
        {
            foreach (object[] block in lines.Chunk((int)Math.Min(ReadCount, int.MaxValue)))
                WriteObject(block);
        }
    }

    private static PSObject WithOrigin(object text, string file, long readCount = 1)
    {
        var line = new PSObject(text);
        line.Properties.Add(new PSNoteProperty("PSPath", $"Microsoft.PowerShell.Core\\FileSystem::{file}"));
        line.Properties.Add(new PSNoteProperty("PSChildName", System.IO.Path.GetFileName(file)));
        line.Properties.Add(new PSNoteProperty("ReadCount", readCount));
        return line;
    }
}
