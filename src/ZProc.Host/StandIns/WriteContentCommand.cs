namespace Microsoft.PowerShell.Commands;

/// <summary>What Set-Content and Add-Content share.</summary>
public abstract class WriteContentCommand : PathCommand, IDisposable
{
    private readonly List<TextWriter> _writers = [];
    private readonly List<Stream> _streams = [];
    private readonly List<IContentWriter> _others = [];
    private readonly List<object> _passed = [];
    private bool _opened;

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    public override string[]? Path { get; set; }

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public object[]? Value { get; set; }

    [Parameter]
    [TextEncoding]
    public Encoding Encoding { get; set; } = TextEncodingAttribute.Default;

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public string? Stream { get => null; set => Refuse(); }

    private protected abstract bool Appends { get; }

    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    protected override void ProcessRecord()
    {
        if (!_opened)
        {
            _opened = true;
            foreach (string path in Paths)
                Try(() => TryOpen(path), path);
        }

        object[] values = Value ?? [];
        if (PassThru)
            _passed.AddRange(values);
        foreach (object? value in values)
        {
            foreach (TextWriter writer in _writers)
            {
                string text = value is null ? string.Empty : PSObject.AsPSObject(value).ToString();
                if (NoNewline)
                    writer.Write(text);
                else
                    writer.WriteLine(text);
            }

            foreach (Stream stream in _streams)
                stream.WriteByte(LanguagePrimitives.ConvertTo<byte>(value));
        }

        foreach (IContentWriter other in _others)
            other.Write(values);
    }

    protected override void EndProcessing()
    {
        Close();
        WriteObject(_passed, enumerateCollection: true);
    }

    private void TryOpen(string path)
    {
        try
        {
            Open(path);
        }
        catch (DirectoryNotFoundException failure)
        {
            WriteError("GetContentWriterDirectoryNotFoundError", ErrorCategory.ObjectNotFound, failure, path);
        }
        catch (UnauthorizedAccessException failure)
        {
            WriteError("GetContentWriterUnauthorizedAccessError", ErrorCategory.PermissionDenied, failure, path);
        }
        catch (IOException failure)
        {
            WriteError("GetContentWriterIOError", ErrorCategory.WriteError, failure, path);
        }
    }

    private void Open(string path)
    {
        bool wild = !IsLiteral && WildcardPattern.ContainsWildcardCharacters(path);
        string full = Unresolved(path, out ProviderInfo provider);
        if (!IsFileSystem(provider))
        {
            if (!Appends)
            {
                try
                {
                    InvokeProvider.Content.Clear([path], Force, IsLiteral);
                }
                catch (ItemNotFoundException)
                {
                    // It is being made.
                }
            }

            foreach (IContentWriter writer in InvokeProvider.Content.GetWriter([path], Force, IsLiteral))
                _others.Add(writer);
            return;
        }

        foreach (string file in wild ? Resolve(path, out _) : [full])
        {
            if (!ShouldProcess(file, Appends ? "Add Content" : "Set Content"))
                continue;
            if (Force && File.Exists(file))
                File.SetAttributes(file, File.GetAttributes(file) & ~FileAttributes.ReadOnly);
            var stream = new FileStream(file, Appends ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
            if (AsByteStream)
                _streams.Add(stream);
            else
                _writers.Add(new StreamWriter(stream, Encoding));
        }
    }

    private void Close()
    {
        foreach (TextWriter writer in _writers)
            writer.Dispose();
        foreach (Stream stream in _streams)
            stream.Dispose();
        foreach (IContentWriter other in _others)
        {
            other.Close();
            other.Dispose();
        }

        _writers.Clear();
        _streams.Clear();
        _others.Clear();
    }
}
