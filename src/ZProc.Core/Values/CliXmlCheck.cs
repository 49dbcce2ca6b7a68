using System.Globalization;
using System.Xml;

namespace ZProc.Core.Values;

/// <summary>
/// Checks that CLIXML is plain data, of a bounded cost for its reader: one object of the elements that PowerShell's serializer
/// writes. Class metadata of CIM would make the reader build types; a deep or much shared object would take its stack or its time.
/// </summary>
internal sealed class CliXmlCheck
{
    private const string Namespace = "http://schemas.microsoft.com/powershell/2004/04";
    private const string Version = "1.1.0.1";

    /// <summary>How many objects may be inside each other. PowerShell's reader refuses the next one.</summary>
    private const int MaxObjects = 49;

    /// <summary>How many sets of members may be inside each other. PowerShell's reader does not count them.</summary>
    private const int MaxMemberSets = 4;

    /// <summary>How many names a type may have. Each reference to the names copies them.</summary>
    private const int MaxTypeNames = 64;

    /// <summary>How many keys a dictionary may have whose hash codes a sender can choose.</summary>
    private const int MaxChosenKeys = 100;

    private const int MaxUriLength = 65_519;

    private static readonly XmlReaderSettings Settings = new()
    {
        // As PowerShell's reader, except that nothing is ignored.
        CheckCharacters = false,
        ConformanceLevel = ConformanceLevel.Document,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
    };

    private readonly XmlReader _reader;
    private readonly HashSet<string> _typeRefs = new(StringComparer.Ordinal);
    private readonly CliXmlGraph _graph = new();
    private int _depth;

    private CliXmlCheck(XmlReader reader) => _reader = reader;

    /// <summary>What is wrong with a text, as a clause; null for one that a reader can take.</summary>
    public static string? Defect(string text)
    {
        using var reader = XmlReader.Create(new StringReader(text), Settings);
        var check = new CliXmlCheck(reader);
        try
        {
            check.CheckDocument();
            return check._graph.IsBounded() ? null : "its parts refer to each other so often that it grows when it is written back";
        }
        catch (Exception e) when (e is XmlException or FormatException or OverflowException or ArgumentException)
        {
            return $"its CLIXML is not plain data ({e.Message})";
        }
    }

    private void CheckDocument()
    {
        _reader.MoveToContent();
        if (!IsElement("Objs") || _reader.GetAttribute("Version") != Version)
        {
            throw Unexpected();
        }

        if (!Enter())
        {
            throw Unexpected();
        }

        CheckObject(parent: null);
        Leave();
        if (_reader.NodeType != XmlNodeType.None)
        {
            throw Unexpected();
        }
    }

    /// <summary>Checks one object: nothing, a reference, a single value, or an element <c>Obj</c>.</summary>
    /// <param name="parent">The object that it is a part of.</param>
    /// <returns>Whether a sender can choose its hash code as a key.</returns>
    private bool CheckObject(int? parent)
    {
        if (++_depth > MaxObjects)
        {
            throw Defective("it is nested too deep");
        }

        var canCollide = true;
        if (IsElement("Obj"))
        {
            CheckComplex(parent);
        }
        else if (IsElement("Ref"))
        {
            var id = _reader.GetAttribute("RefId");
            if (id is null || parent is not { } from || !_graph.TryRefer(from, id))
            {
                throw Defective("a reference has no target");
            }

            CheckEmpty();
        }
        else if (IsElement("Nil"))
        {
            CheckEmpty();
            _graph.AddLeaf(parent);
        }
        else
        {
            canCollide = CheckSingle();
            _graph.AddLeaf(parent);
        }

        _depth--;
        return canCollide;
    }

    private void CheckComplex(int? parent)
    {
        var self = _graph.AddObject(parent, _reader.GetAttribute("RefId"));
        if (!Enter())
        {
            return;
        }

        var seen = Parts.None;
        while (_reader.NodeType == XmlNodeType.Element)
        {
            var part = PartOf(_reader.LocalName);
            if ((seen & part) != 0)
            {
                throw Unexpected();
            }

            seen |= part;
            switch (part)
            {
                case Parts.Types:
                    CheckTypeNames(self);
                    break;
                case Parts.Text:
                    _reader.ReadElementContentAsString(_reader.LocalName, Namespace);
                    SkipSpace();
                    break;
                case Parts.Properties:
                    CheckNamed(self);
                    break;
                case Parts.Members:
                    CheckMemberSet(self, MaxMemberSets, isOuter: true);
                    break;
                default:
                    CheckBase(self);
                    break;
            }
        }

        Leave();
    }

    private void CheckBase(int self)
    {
        switch (_reader.LocalName)
        {
            case "Obj":
                CheckObject(self);
                break;
            case "LST" or "IE" or "QUE" or "STK":
                RequireElement();
                if (Enter())
                {
                    while (_reader.NodeType == XmlNodeType.Element)
                    {
                        CheckObject(self);
                    }

                    Leave();
                }

                break;
            case "DCT":
                CheckDictionary(self);
                break;
            default:
                CheckSingle();
                break;
        }
    }

    private void CheckDictionary(int self)
    {
        RequireElement();
        if (!Enter())
        {
            return;
        }

        var chosen = 0;
        while (_reader.NodeType == XmlNodeType.Element)
        {
            if (!IsElement("En") || !Enter())
            {
                throw Unexpected();
            }

            RequireName("Key");
            if (IsElement("Nil"))
            {
                throw Unexpected();
            }

            if (CheckObject(self) && ++chosen > MaxChosenKeys)
            {
                throw Defective($"a dictionary has more than {MaxChosenKeys} keys that are neither texts nor small numbers");
            }

            RequireName("Value");
            CheckObject(self);
            Leave();
        }

        Leave();
    }

    private void CheckTypeNames(int self)
    {
        RequireElement();
        var id = _reader.GetAttribute("RefId");
        if (_reader.LocalName == "TNRef")
        {
            if (id is null || !_typeRefs.Contains(id))
            {
                throw Defective("a reference has no target");
            }

            CheckEmpty();
            return;
        }

        if (id is not null)
        {
            _typeRefs.Add(id);
        }

        if (!Enter())
        {
            return;
        }

        for (var count = 1; _reader.NodeType == XmlNodeType.Element; count++)
        {
            if (count > MaxTypeNames)
            {
                throw Defective($"a type has more than {MaxTypeNames} names");
            }

            _graph.AddLeaf(self);
            _reader.ReadElementContentAsString("T", Namespace);
            SkipSpace();
        }

        Leave();
    }

    /// <summary>Checks the properties that the type of an object gave it.</summary>
    private void CheckNamed(int self)
    {
        RequireElement();
        if (!Enter())
        {
            return;
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (_reader.NodeType == XmlNodeType.Element)
        {
            AddName(names);
            CheckObject(self);
        }

        Leave();
    }

    /// <summary>Checks the members that were added to an object.</summary>
    private void CheckMemberSet(int self, int room, bool isOuter)
    {
        RequireElement();
        if (room == 0)
        {
            throw Defective("it is nested too deep");
        }

        if (!Enter())
        {
            return;
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (_reader.NodeType == XmlNodeType.Element)
        {
            var name = AddName(names);

            // These two members say which type a reader builds from the object.
            if (isOuter ? name.Equals("__ClassMetadata", StringComparison.OrdinalIgnoreCase) : name.Equals("TargetTypeForDeserialization", StringComparison.OrdinalIgnoreCase))
            {
                throw Defective($"'{name}' is not data but a type to build");
            }

            if (IsElement("MS"))
            {
                CheckMemberSet(self, room - 1, isOuter: false);
            }
            else
            {
                CheckObject(self);
            }
        }

        Leave();
    }

    /// <summary>Checks a single value.</summary>
    /// <returns>Whether a sender can choose its hash code as a key.</returns>
    private bool CheckSingle()
    {
        RequireElement();
        var tag = _reader.LocalName;
        var text = _reader.ReadElementContentAsString();
        SkipSpace();
        switch (tag)
        {
            case "S" or "SBK":
                return false;
            case "B":
                XmlConvert.ToBoolean(text);
                return false;
            case "C" or "U16":
                XmlConvert.ToUInt16(text);
                return false;
            case "By":
                XmlConvert.ToByte(text);
                return false;
            case "SB":
                XmlConvert.ToSByte(text);
                return false;
            case "I16":
                XmlConvert.ToInt16(text);
                return false;
            case "I32":
                XmlConvert.ToInt32(text);
                return false;
            case "U32":
                XmlConvert.ToUInt32(text);
                return false;
            case "I64":
                XmlConvert.ToInt64(text);
                break;
            case "U64":
                XmlConvert.ToUInt64(text);
                break;
            case "Sg":
                XmlConvert.ToSingle(text);
                break;
            case "Db":
                XmlConvert.ToDouble(text);
                break;
            case "D":
                XmlConvert.ToDecimal(text);
                break;
            case "DT":
                XmlConvert.ToDateTime(text, XmlDateTimeSerializationMode.RoundtripKind);
                break;
            case "TS":
                XmlConvert.ToTimeSpan(text);
                break;
            case "G":
                XmlConvert.ToGuid(text);
                break;
            case "BA":
                Convert.FromBase64String(text);
                break;
            case "URI" when text.Length <= MaxUriLength && Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _):
                break;
            case "Version" when System.Version.TryParse(text, out _):
                break;
            case "XD":
                CheckInnerDocument(text);
                break;
            default:
                throw Defective($"<{tag}> is no plain value");
        }

        return true;
    }

    /// <summary>Checks a document that is a value.</summary>
    private static void CheckInnerDocument(string text)
    {
        using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { CheckCharacters = false, DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        while (reader.Read())
        {
            if (reader.Depth > ValueLimits.MaxDepth)
            {
                throw Defective("a document in it is nested too deep");
            }
        }
    }

    private static Parts PartOf(string name) => name switch
    {
        "TN" or "TNRef" => Parts.Types,
        "ToString" => Parts.Text,
        "Props" => Parts.Properties,
        "MS" => Parts.Members,
        _ => Parts.Base,
    };

    private string AddName(HashSet<string> names) =>
        _reader.GetAttribute("N") is { } name && PropertyName.IsValid(name) && names.Add(name) ? name : throw Defective("a property has no name of its own");

    private void RequireName(string name)
    {
        if (_reader.NodeType != XmlNodeType.Element || _reader.GetAttribute("N") != name)
        {
            throw Unexpected();
        }
    }

    private void RequireElement()
    {
        if (_reader.NodeType != XmlNodeType.Element || _reader.NamespaceURI != Namespace)
        {
            throw Unexpected();
        }
    }

    private bool IsElement(string name) => _reader.NodeType == XmlNodeType.Element && _reader.LocalName == name && _reader.NamespaceURI == Namespace;

    /// <summary>Moves into an element.</summary>
    /// <returns>Whether there is an end tag to reach; an empty element is behind the reader already.</returns>
    private bool Enter()
    {
        var isEmpty = _reader.IsEmptyElement;
        _reader.Read();
        SkipSpace();
        return !isEmpty;
    }

    /// <summary>Moves out of an element.</summary>
    private void Leave()
    {
        if (_reader.NodeType != XmlNodeType.EndElement)
        {
            throw Unexpected();
        }

        _reader.Read();
        SkipSpace();
    }

    private void CheckEmpty()
    {
        if (Enter())
        {
            Leave();
        }
    }

    private void SkipSpace()
    {
        while (_reader.NodeType is XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)
        {
            _reader.Read();
        }
    }

    private FormatException Unexpected() =>
        Defective(string.Create(CultureInfo.InvariantCulture, $"{_reader.NodeType} '{_reader.LocalName}' is out of place"));

    private static FormatException Defective(string what) => new(what);

    /// <summary>The parts of an element <c>Obj</c>, each there once at most.</summary>
    [Flags]
    private enum Parts
    {
        None = 0,
        Types = 1,
        Text = 2,
        Properties = 4,
        Members = 8,
        Base = 16,
    }
}
