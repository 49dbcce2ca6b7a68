using System.Xml;

namespace ZProc.Core.Values;

/// <summary>Checks that a single value of CLIXML is one that its element can hold.</summary>
internal static class CliXmlSingle
{
    private const int MaxUriLength = 65_519;

    /// <summary>Checks a value.</summary>
    /// <param name="tag">The name of its element.</param>
    /// <param name="text">Its text.</param>
    /// <returns>Whether a sender can choose its hash code as a key.</returns>
    /// <exception cref="FormatException">It is no such value, or no plain one.</exception>
    /// <exception cref="OverflowException">It is a number that is too large.</exception>
    public static bool Check(string tag, string text)
    {
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
                throw new FormatException($"<{tag}> is no plain value");
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
                throw new FormatException("a document in it is nested too deep");
            }
        }
    }
}
