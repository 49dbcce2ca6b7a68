namespace ZProc.Host;

/// <summary>The size of the terminal, and little more.</summary>
internal sealed class HostRawInterface : PSHostRawUserInterface
{
    private const int WidthWithoutTerminal = 120;
    private const int HeightWithoutTerminal = 50;

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override Size BufferSize { get => WindowSize; set => throw Refused(); }

    public override Size WindowSize
    {
        get
        {
            // A terminal without a size (a bare pseudo-terminal, a pipe) reports zero.
            int width = Console.IsOutputRedirected ? 0 : Console.WindowWidth;
            int height = Console.IsOutputRedirected ? 0 : Console.WindowHeight;
            return new Size(width > 0 ? width : WidthWithoutTerminal, height > 0 ? height : HeightWithoutTerminal);
        }
        set => throw Refused();
    }

    public override Size MaxWindowSize => WindowSize;

    public override Size MaxPhysicalWindowSize => WindowSize;

    public override Coordinates WindowPosition { get => new(0, 0); set => throw Refused(); }

    public override Coordinates CursorPosition { get => new(0, 0); set => throw Refused(); }

    public override int CursorSize { get; set; } = 25;

    public override string WindowTitle { get; set; } = string.Empty;

    public override bool KeyAvailable => !Console.IsInputRedirected && Console.KeyAvailable;

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        ConsoleKeyInfo key = Console.ReadKey((options & ReadKeyOptions.NoEcho) != 0);
        return new KeyInfo((int)key.Key, key.KeyChar, default, keyDown: true);
    }

    public override void FlushInputBuffer()
    {
        while (KeyAvailable)
            Console.ReadKey(intercept: true);
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw Refused();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw Refused();

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw Refused();

    /// <summary>Only what Clear-Host asks for: the whole screen.</summary>
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        if (!Console.IsOutputRedirected)
            Console.Clear();
    }

    private static PSNotSupportedException Refused() => new("Reading or moving the terminal's contents is not supported by this host.");
}
