using System.Globalization;
using System.Xml;

namespace ZProc.Core.Values;

/// <summary>Reads CLIXML forward, element by element. Space between elements is passed over.</summary>
internal sealed class CliXmlReader : IDisposable
{
    private const string Namespace = "http://schemas.microsoft.com/powershell/2004/04";

    private static readonly XmlReaderSettings Settings = new()
    {
        // As PowerShell's reader, except that nothing is ignored.
        CheckCharacters = false,
        ConformanceLevel = ConformanceLevel.Document,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
    };

    private readonly XmlReader _reader;

    public CliXmlReader(string text) => _reader = XmlReader.Create(new StringReader(text), Settings);

    /// <summary>The tag of the element.</summary>
    public string Tag => _reader.LocalName;

    /// <summary>Whether the reader is at the beginning of an element.</summary>
    public bool AtElement => _reader.NodeType == XmlNodeType.Element;

    /// <summary>Whether all has been read.</summary>
    public bool AtEnd => _reader.NodeType == XmlNodeType.None;

    /// <summary>Moves to the first element.</summary>
    public void Begin() => _reader.MoveToContent();

    /// <summary>An attribute of the element; null for a missing one.</summary>
    public string? Attribute(string name) => _reader.GetAttribute(name);

    /// <summary>Reads an element that holds text alone, and moves behind it.</summary>
    public string ReadText()
    {
        RequireElement();
        var text = _reader.ReadElementContentAsString();
        SkipSpace();
        return text;
    }

    public void Dispose() => _reader.Dispose();

    /// <summary>Demands an element with a name of its own: its attribute <c>N</c>.</summary>
    public void RequireName(string name)
    {
        if (!AtElement || _reader.GetAttribute("N") != name)
        {
            throw Unexpected();
        }
    }

    /// <summary>Demands an element of PowerShell's.</summary>
    public void RequireElement()
    {
        if (!AtElement || _reader.NamespaceURI != Namespace)
        {
            throw Unexpected();
        }
    }

    /// <summary>Whether the reader is at an element with a tag.</summary>
    public bool IsElement(string tag) => AtElement && _reader.LocalName == tag && _reader.NamespaceURI == Namespace;

    /// <summary>Reads the elements inside an element, and moves behind it.</summary>
    /// <param name="readOne">Reads one of them, and moves behind it.</param>
    public void ReadInside(Action readOne)
    {
        RequireElement();
        if (Enter())
        {
            while (AtElement)
            {
                readOne();
            }

            Leave();
        }
    }

    /// <summary>Moves into an element.</summary>
    /// <returns>Whether there is an end tag to reach; an empty element is behind the reader already.</returns>
    public bool Enter()
    {
        var isEmpty = _reader.IsEmptyElement;
        _reader.Read();
        SkipSpace();
        return !isEmpty;
    }

    /// <summary>Moves out of an element.</summary>
    public void Leave()
    {
        if (_reader.NodeType != XmlNodeType.EndElement)
        {
            throw Unexpected();
        }

        _reader.Read();
        SkipSpace();
    }

    /// <summary>Moves behind an element that has to be empty.</summary>
    public void PassEmpty()
    {
        if (Enter())
        {
            Leave();
        }
    }

    /// <summary>The error for what is out of place.</summary>
    public FormatException Unexpected() =>
        new(string.Create(CultureInfo.InvariantCulture, $"{_reader.NodeType} '{_reader.LocalName}' is out of place"));

    private void SkipSpace()
    {
        while (_reader.NodeType is XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)
        {
            _reader.Read();
        }
    }
}
